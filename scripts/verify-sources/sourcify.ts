import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import type { Address } from '../../protocol/types.ts'
import type { Sources } from '../deploy/artifact.ts'

/** How long one request may take, in milliseconds. */
const REQUEST_TIMEOUT = 30_000
/** How often the server is asked whether it has compiled, and how many times at most. */
const PAUSE = 2_000
const MOST_QUESTIONS = 90

const ticket = z.object({ verificationId: z.string().regex(/^[\w-]{1,64}$/) })
const job = z.object({
  isJobCompleted: z.boolean(),
  contract: z.object({ match: z.string().nullish() }).nullish(),
  error: z.object({ message: z.string() }).nullish(),
})
const refusal = z.object({ customCode: z.string(), message: z.string() })

/**
 * Publishes the sources of a contract at a Sourcify server, which compiles them and compares with the chain.
 * Source: Sourcify's API, version 2, https://docs.sourcify.dev/docs/api.
 *
 * @param server URL without a slash at the end
 * @returns `exact_match` or `match`, or `already verified`
 * @throws Error with the server's reason when it does not agree, or does not answer in time
 */
export async function publish(
  server: string,
  chainId: number,
  address: Address,
  sources: Sources,
  signal?: AbortSignal,
): Promise<string> {
  const url = `${server}/v2/verify`
  const headers = { 'content-type': 'application/json' }
  const answer = await ask(
    `${url}/${chainId}/${address}`,
    { method: 'POST', headers, body: JSON.stringify(sources) },
    signal,
  )
  const refused = refusal.safeParse(answer)
  if (refused.data?.customCode === 'already_verified') return 'already verified'
  if (refused.success) throw new Error(refused.data.message)
  const { verificationId } = ticket.parse(answer)
  for (let asked = 0; asked < MOST_QUESTIONS; ++asked) {
    const { isJobCompleted, contract, error } = job.parse(await ask(`${url}/${verificationId}`, {}, signal))
    if (isJobCompleted && contract?.match) return contract.match
    if (isJobCompleted) throw new Error(error?.message ?? 'the sources make another code')
    await sleep(PAUSE, undefined, { signal })
  }
  throw new Error(`the server had not compiled after ${(MOST_QUESTIONS * PAUSE) / 1000} s`)
}

async function ask(url: string, init: RequestInit, signal: AbortSignal | undefined): Promise<unknown> {
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT)
  const response = await fetch(url, {
    ...init,
    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
  })
  return response.json()
}
