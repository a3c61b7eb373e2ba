import { createPublicClient, http, type PublicClient } from 'viem'
import type { Deployment } from '../../protocol/deployment.ts'
import { ChainError } from '../../protocol/errors.ts'
import { chainFault, withFaults } from './fault.ts'

/** How long one call to the chain may take, in milliseconds. */
const CALL_TIMEOUT = 10_000
/** How long a call may take that is made again before long, in milliseconds. */
const BATCH_TIMEOUT = 5_000
/** Most bytes that the calls of one batch take; with what wraps them, a node's limit for initialising code is far. */
const BATCH_BYTES = 4096
/** How old a block's time may be before the next one is asked for, in milliseconds. */
const CLOCK_LIFE = 1_000
/** How old it may be for deciding whether something has expired, while the next one is under way, in milliseconds. */
const CLOCK_TRUST = 5_000

/** Reads of one chain, with its clock. */
export interface ChainClient {
  readonly client: PublicClient
  readonly deployment: Deployment
  /**
   * The later of this machine's time and the newest block's, Unix seconds: what contracts will compare with.
   *
   * @param fresh whether the chain is asked and waited for; by default its time may be seconds old
   */
  now(fresh?: boolean): Promise<bigint>
  /**
   * A client of which all reads of one turn go out as one call, and so tell of one block. It does not try again.
   *
   * @param signal ends what is under way
   */
  batching(signal: AbortSignal): PublicClient
}

/**
 * Connects to a chain and checks that it is the one that was deployed to.
 *
 * @throws ChainError `CHAIN_UNREACHABLE`, or `CHAIN_WRONG` when its genesis is another one: nothing signed for
 *   this deployment would mean anything there.
 */
export async function connectChain(rpcUrl: string, deployment: Deployment): Promise<ChainClient> {
  const client = withFaults(
    createPublicClient({
      transport: http(rpcUrl, { timeout: CALL_TIMEOUT, retryCount: 2 }),
      cacheTime: 0,
    }),
  )
  const genesis = await client.getBlock({ blockNumber: 0n }).catch((cause: unknown) => {
    throw new ChainError('CHAIN_UNREACHABLE', 'The chain does not answer.', {
      field: 'rpcUrl',
      received: new URL(rpcUrl).origin,
      remedy: 'Start it (`npm start`) or give the URL of one that runs.',
      cause: chainFault(cause),
    })
  })
  if (genesis.hash !== deployment.genesisHash) {
    throw new ChainError('CHAIN_WRONG', 'This chain is not the one of the deployment.', {
      field: 'deployment.genesisHash',
      expected: deployment.genesisHash,
      received: genesis.hash,
      remedy: 'The local chain was restarted: fetch the network descriptor again.',
    })
  }
  let blockTime = genesis.timestamp
  let readAt = Number.NEGATIVE_INFINITY
  let reading: Promise<void> | undefined

  async function readClock(): Promise<void> {
    blockTime = (await client.getBlock()).timestamp
    readAt = performance.now()
  }
  return {
    client,
    deployment,
    batching: (signal) =>
      withFaults(
        createPublicClient({
          transport: http(rpcUrl, {
            retryCount: 0,
            // viem's own timeout gives way to a signal that it is given.
            fetchFn: (url, init) =>
              fetch(url, { ...init, signal: AbortSignal.any([signal, AbortSignal.timeout(BATCH_TIMEOUT)]) }),
          }),
          // Without a multicall contract, which a local chain does not have: the call brings its code along.
          batch: { multicall: { deployless: true, batchSize: BATCH_BYTES } },
          cacheTime: 0,
        }),
      ),
    async now(fresh = false) {
      const age = performance.now() - readAt
      if (fresh || age > CLOCK_LIFE) {
        reading ??= readClock().finally(() => {
          reading = undefined
        })
        // Whoever offers does not wait for a chain that has just answered. When it fails, the next one that waits learns it.
        if (fresh || age > CLOCK_TRUST) await reading
        else reading.catch(() => undefined)
      }
      const machineTime = BigInt(Math.floor(Date.now() / 1000))
      return blockTime > machineTime ? blockTime : machineTime
    },
  }
}
