/** Values that actions draw. */
import type { Session } from '../session.ts'

/** How many agents there are. */
const AGENTS = 3

/** One of the agents. */
export const agentOf = ({ random }: Session) => BigInt(1 + random.int(AGENTS))

/** An amount of a few, many or very many minor units. */
export const amountOf = ({ random }: Session) => random.bigint(random.pick([3n, 100_000n, 10_000_000n]))
