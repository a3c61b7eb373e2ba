import { createPublicClient, createTestClient, http } from 'viem'

/** How long one call to the chain may take, in milliseconds. */
const CALL_TIMEOUT = 10_000

/** The clock of a development chain, which is moved on instead of waited for. */
export interface DrivenClock {
  /** Unix seconds of the newest block. */
  now(): Promise<bigint>
  /** Gives the chain a block of this time, Unix seconds; where that is past, nothing happens. It goes on from there. */
  moveTo(time: bigint): Promise<void>
}

/** Takes over the clock of a development chain (Hardhat's, or another that knows `evm_setNextBlockTimestamp`). */
export function driveClock(rpcUrl: string): DrivenClock {
  const transport = http(rpcUrl, { timeout: CALL_TIMEOUT, retryCount: 2 })
  const client = createPublicClient({ transport, cacheTime: 0 })
  const driver = createTestClient({ mode: 'hardhat', transport })
  const now = async () => (await client.getBlock()).timestamp
  return {
    now,
    async moveTo(timestamp) {
      if (timestamp <= (await now())) return
      await driver.setNextBlockTimestamp({ timestamp })
      await driver.mine({ blocks: 1 })
    },
  }
}
