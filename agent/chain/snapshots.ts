import { ChainError } from '../../protocol/errors.ts'
import type { Standing } from '../../protocol/network-parameters.ts'
import type { Address } from '../../protocol/types.ts'
import { standingOf } from './actions/standing.ts'
import type { ChainClient } from './client.ts'

/** What stood behind a key at a block. */
export interface StandingAt {
  readonly standing: Standing
  readonly block: bigint
}

/** How long what was read is good enough for others, who can check it, in milliseconds. */
const LIFE = 60_000
/** Most keys that are remembered; those that were read longest ago are forgotten first. */
const MOST = 10_000

/** Reads what stands behind keys as of one block, so that anybody can check it. */
export class Snapshots {
  readonly #chain: ChainClient
  readonly #known = new Map<Address, StandingAt & { until: number }>()

  constructor(chain: ChainClient) {
    this.#chain = chain
  }

  /**
   * What stands behind keys now, all as of one block.
   *
   * @param blockNumber another block than the newest; a node that keeps no history has the last 128
   * @throws ChainError `STANDING_UNREADABLE`, also when `signal` was aborted
   */
  async read(
    wallets: readonly Address[],
    signal: AbortSignal,
    blockNumber?: bigint,
  ): Promise<Map<Address, StandingAt>> {
    if (wallets.length === 0) return new Map()
    const client = this.#chain.batching(signal)
    try {
      const block = blockNumber ?? (await client.getBlockNumber())
      const at = { blockNumber: block }
      const entries = wallets.map(async (wallet) => {
        const standing = await standingOf(client, this.#chain.deployment, wallet, at)
        return [wallet, { standing, block }] as const
      })
      const read = new Map(await Promise.all(entries))
      if (blockNumber === undefined) for (const [wallet, standing] of read) this.#remember(wallet, standing)
      return read
    } catch (cause) {
      throw new ChainError('STANDING_UNREADABLE', 'The chain does not say what stands behind agents.', {
        field: 'rpcUrl',
        expected: `stake and reputation of ${wallets.length} agents`,
        remedy: 'Check that the chain answers; ask without `minReputation` and `minStake` otherwise.',
        cause,
      })
    }
  }

  /** As `read`, but no older than a minute, each as of a block of its own. */
  async recent(wallets: readonly Address[], signal: AbortSignal): Promise<Map<Address, StandingAt>> {
    const known = (wallet: Address) => {
      const entry = this.#known.get(wallet)
      return entry !== undefined && entry.until > performance.now() ? entry : undefined
    }
    const read = await this.read(
      wallets.filter((wallet) => known(wallet) === undefined),
      signal,
    )
    return new Map(
      wallets.flatMap((wallet) => {
        const entry = read.get(wallet) ?? known(wallet)
        return entry === undefined ? [] : [[wallet, { standing: entry.standing, block: entry.block }]]
      }),
    )
  }

  #remember(wallet: Address, { standing, block }: StandingAt): void {
    this.#known.delete(wallet)
    this.#known.set(wallet, { standing, block, until: performance.now() + LIFE })
    const [oldest] = this.#known.keys()
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest)
  }
}
