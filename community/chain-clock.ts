import { createPublicClient, http } from 'viem'
import { CLOCK_SKEW } from '../protocol/limits.ts'

/** How long one call to the chain may take, in milliseconds. */
const CALL_TIMEOUT = 10_000

/**
 * What is to be said of a chain whose clock is ahead of this machine's, as that of a development chain is which mined more than
 * a block a second, or was moved on. Agents go by the later of both; whoever knows the machine's clock alone, as who trades over
 * HTTP, signs what is over already. A clock that is behind is none: a chain without transactions has no new blocks.
 *
 * @param now of this machine, Unix milliseconds
 * @returns a warning in words for people, or undefined when it is ahead by no more than messages may be (5 s)
 */
export async function clockWarning(rpcUrl: string, now = Date.now()): Promise<string | undefined> {
  const client = createPublicClient({ transport: http(rpcUrl, { timeout: CALL_TIMEOUT }) })
  const { timestamp } = await client.getBlock()
  const ahead = Number(timestamp) - Math.floor(now / 1000)
  if (ahead <= CLOCK_SKEW) return undefined
  return (
    `Warning: the clock of the chain is ${ahead} s ahead of this machine's. What is signed by this machine's clock, as over ` +
    'HTTP, may be refused until it has caught up. Wait so long, or start the chain anew.'
  )
}
