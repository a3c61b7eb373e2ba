import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { addressesOf, hostOf, type Reach } from './receiver.ts'

/** Most of an answer that is read, in characters; the rest is not waited for. */
const MAX_ANSWER = 4_096

/** What a receiver said. */
export interface Answer {
  status: number
  /** How its body begins. */
  text: string
}

/**
 * Sends a message to a receiver, by a connection of its own to an address that was just looked at. Redirections are not
 * followed: they would lead where nobody has looked.
 *
 * @throws RefusedError `RECEIVER_REFUSED`; what the connection fails with; the signal's reason
 */
export async function post(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  reach: Reach,
  signal: AbortSignal,
): Promise<Answer> {
  // A connection to an address asks nobody what it stands for.
  if (isIP(hostOf(url)) !== 0) await addressesOf(hostOf(url), reach)
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  const outgoing = send(
    url,
    {
      ...{ method: 'POST', agent: false, signal, lookup: lookupIn(reach) },
      headers: { ...headers, 'Content-Length': Buffer.byteLength(body), Connection: 'close' },
    },
    (incoming) => {
      const answer = { status: incoming.statusCode ?? 0, text: '' }
      incoming.setEncoding('utf8')
      incoming.on('data', (chunk: string) => {
        answer.text = (answer.text + chunk).slice(0, MAX_ANSWER)
        if (answer.text.length < MAX_ANSWER) return
        resolve(answer)
        outgoing.destroy()
      })
      incoming.once('end', () => resolve(answer))
      incoming.on('error', reject)
    },
  )
  outgoing.on('error', reject)
  outgoing.end(body)
  return promise
}

/** Looks a name up as `addressesOf` does, for the connection that is being made. */
function lookupIn(reach: Reach): LookupFunction {
  return (host, options, callback) => {
    addressesOf(host, reach).then(
      (addresses) => {
        const found = addresses.map((address) => ({ address, family: isIP(address) }))
        const [first] = found
        if (options.all) callback(null, found)
        else callback(null, first?.address ?? '', first?.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    )
  }
}
