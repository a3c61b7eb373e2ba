import { setTimeout as sleep } from 'node:timers/promises'
import type { Deployment } from '../../protocol/deployment.ts'
import { ChainError } from '../../protocol/errors.ts'
import type { Block } from '../store/changes.ts'
import type { ChainReader } from './chain-reader.ts'
import { wrongChain } from './endpoint.ts'
import type { Endpoints } from './endpoints.ts'

/** A chain that is just starting gets this long to answer, in milliseconds. */
const PATIENCE = 10_000
const PAUSE = 100

/**
 * Makes sure that the chain is the one of the deployment.
 *
 * @returns the last block before the deployment, from which a new index goes on.
 * @throws ChainError `CHAIN_UNREACHABLE` when no endpoint answers for ten seconds, `WRONG_CHAIN` when those that answer
 *   are all of another one; whatever `signal` was aborted with.
 */
export async function connect(
  endpoints: Endpoints,
  deployment: Deployment,
  signal?: AbortSignal,
): Promise<Block> {
  const height = Math.max(deployment.fromBlock - 1, 0)
  const base = await askChain(endpoints, (reader, patience) => reader.block(height, patience), signal)
  if (base === undefined) throw wrongChain('fromBlock', deployment.fromBlock, 'a shorter chain')
  return base
}

/**
 * What the chain answers, asked again, and of all endpoints, for ten seconds.
 *
 * @throws ChainError `CHAIN_UNREACHABLE` or `WRONG_CHAIN`; whatever `signal` was aborted with.
 */
export async function askChain<T>(
  endpoints: Endpoints,
  question: (reader: ChainReader, signal: AbortSignal) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const timeout = AbortSignal.timeout(PATIENCE)
  const patience = signal === undefined ? timeout : AbortSignal.any([timeout, signal])
  let cause: unknown
  while (!patience.aborted) {
    try {
      const { source } = await endpoints.look(patience)
      return await question(source.endpoint.reader, patience).catch((error: unknown) => {
        if (!patience.aborted) endpoints.failed(source.endpoint, error)
        throw error
      })
    } catch (error) {
      if (error instanceof ChainError) throw error
      cause = error
      await sleep(PAUSE, undefined, { signal: patience }).catch(() => {})
    }
  }
  signal?.throwIfAborted()
  throw new ChainError('CHAIN_UNREACHABLE', 'The chain does not answer.', {
    field: 'rpcUrl',
    expected: `an answer within ${PATIENCE} ms`,
    remedy: 'Start the chain, or correct the URL.',
    cause,
  })
}
