import { setTimeout as sleep } from 'node:timers/promises'
import type { Deployment } from '../../protocol/deployment.ts'
import { ChainError } from '../../protocol/errors.ts'
import type { Block } from '../store/changes.ts'
import type { ChainReader } from './chain-reader.ts'

/** A chain that is just starting gets this long to answer, in milliseconds. */
const PATIENCE = 10_000
const PAUSE = 100

/**
 * Makes sure that the chain is the one of the deployment.
 *
 * @returns the last block before the deployment, from which a new index goes on.
 * @throws ChainError `CHAIN_UNREACHABLE` when it does not answer for ten seconds, `WRONG_CHAIN` when another one
 *   answers; whatever `signal` was aborted with.
 */
export async function connect(
  reader: ChainReader,
  deployment: Deployment,
  signal?: AbortSignal,
): Promise<Block> {
  const { chainId, genesis, base } = await retry(async (patience) => {
    const height = Math.max(deployment.fromBlock - 1, 0)
    const [genesis, base] = await reader.blocks([0, height], patience)
    return { chainId: await reader.chainId(patience), genesis, base }
  }, signal)
  check('chainId', deployment.chainId, chainId)
  check('genesisHash', deployment.genesisHash, genesis?.hash)
  if (base === undefined) throw wrongChain('fromBlock', deployment.fromBlock, 'a shorter chain')
  return base
}

/**
 * What the chain answers, asked again for ten seconds.
 *
 * @throws ChainError `CHAIN_UNREACHABLE`; whatever `signal` was aborted with.
 */
export async function retry<T>(fn: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
  const timeout = AbortSignal.timeout(PATIENCE)
  const patience = signal === undefined ? timeout : AbortSignal.any([timeout, signal])
  let cause: unknown
  while (!patience.aborted) {
    try {
      return await fn(patience)
    } catch (error) {
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

function check(field: string, expected: unknown, received: unknown): void {
  if (expected !== received) throw wrongChain(field, expected, received)
}

function wrongChain(field: string, expected: unknown, received: unknown): ChainError {
  return new ChainError('WRONG_CHAIN', 'Another chain answers than the one of the deployment.', {
    field,
    expected,
    received,
    remedy: 'Deploy to this chain, or point the URL at the one of the deployment.',
  })
}
