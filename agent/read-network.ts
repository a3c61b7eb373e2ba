import { z } from 'zod'
import { type NetworkDescriptor, parseDeployment } from '../protocol/deployment.ts'
import { ConfigError, messageOf } from '../protocol/errors.ts'
import type { Abortable } from './lifecycle.ts'

/** How long a market may take to answer, in milliseconds. */
const TIMEOUT = 15_000
/** Largest answer that is read, in bytes. */
const MAX_BYTES = 256 * 1024

const answerSchema = z.object({
  data: z.object({
    deployment: z.unknown(),
    rpcUrl: z.string(),
    bootstrapPeers: z.array(z.string()).max(256),
    area: z.string(),
  }),
})

/**
 * What a running market tells newcomers: its chain, its contracts and the first peers.
 *
 * @param api URL of its API, as `mesh up` prints it
 * @throws ConfigError `MARKET_UNREACHABLE` when nothing answers there in fifteen seconds; `MARKET_INVALID` when what answers is
 *   no market, or does not tell where its chain is; `DEPLOYMENT_INVALID`
 * @example
 * ```ts
 * const network = new MeshNetwork({ network: await readNetwork('http://127.0.0.1:8787'), domains: ['energy'] })
 * ```
 */
export async function readNetwork(api: string, { signal }: Abortable = {}): Promise<NetworkDescriptor> {
  const timeout = AbortSignal.timeout(TIMEOUT)
  let text: string
  try {
    const response = await fetch(new URL('/v1/network', api), {
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    })
    text = await readText(response)
  } catch (cause) {
    signal?.throwIfAborted()
    throw new ConfigError('MARKET_UNREACHABLE', 'No market answers.', {
      field: 'api',
      expected: 'the URL of the API of a running market',
      received: `${api}: ${messageOf(cause)}`,
      remedy: 'Begin one with `mesh up`, or give the URL that another one prints.',
      cause,
    })
  }
  const parsed = answerSchema.safeParse(jsonOf(text))
  if (!parsed.success) {
    throw new ConfigError('MARKET_INVALID', 'What answers is no market, or keeps its chain to itself.', {
      field: 'api',
      expected: 'contracts, the URL of a chain, and peers at /v1/network',
      received: `${api}: ${text.slice(0, 80)}`,
      remedy: 'Give the URL that `mesh up` prints. From a page, see docs/browser.md.',
    })
  }
  const { data } = parsed.data
  return { ...data, deployment: parseDeployment(data.deployment) }
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length > MAX_BYTES) throw new Error(`it says more than ${MAX_BYTES} bytes`)
  }
  return text
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
