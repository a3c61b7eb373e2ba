import { request } from 'node:http'
import { text } from 'node:stream/consumers'

/** A GET from an address of this machine, with headers as they are. */
export function askFrom(
  localAddress: string,
  url: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { localAddress, headers, agent: false }, async (response) => {
      resolve({ status: response.statusCode ?? 0, body: await text(response) })
    })
    outgoing.once('error', reject)
    outgoing.end()
  })
}
