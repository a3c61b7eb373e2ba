import { ConfigError } from '../../protocol/errors.ts'

/** Milliseconds, where an owner says nothing else. */
const DEFAULT = 10_000
/** A chain that is asked more often has nothing else to do; in milliseconds. */
const LEAST = 100
/** A node that asks less often obeys a ban too late to be of use to its peers; in milliseconds. */
const MOST = 600_000

/**
 * How often a node asks the chain what governance decided.
 *
 * @param interval milliseconds, as the owner set it
 * @throws ConfigError `GOVERNANCE_INTERVAL_INVALID`
 */
export function governanceIntervalOf(interval = DEFAULT): number {
  if (Number.isInteger(interval) && LEAST <= interval && interval <= MOST) return interval
  throw new ConfigError(
    'GOVERNANCE_INTERVAL_INVALID',
    'The chain cannot be asked that often, or that seldom.',
    {
      field: 'governanceInterval',
      expected: `a whole number of milliseconds, ${LEAST} to ${MOST}`,
      received: interval,
      remedy: `Choose one within these bounds, or leave it out for ${DEFAULT}.`,
    },
  )
}
