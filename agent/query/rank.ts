/** What is known of a peer that might be asked. */
export interface Candidate {
  /** Share of what the network tolerates that is held against it; with 1 it is muted. */
  readonly guilt: number
  /** Measured time that it takes to answer, in milliseconds. */
  readonly roundTrip?: number | undefined
  /** How far its cell is from that which the question is about, in kilometres. */
  readonly distance?: number | undefined
}

/** What is expected of a peer of which no time was measured, in milliseconds. */
const UNMEASURED = 50
/** Kilometres that light in glass goes there and back in a millisecond. */
const KM_PER_MS = 100
/** As how many answers a peer counts that is about to be muted. */
const WORST = 10

/**
 * Orders peers by how soon a good answer is to be expected of them. The measured time counts, else the distance; what is
 * held against a peer makes it dearer; and as some of it is left to the lot, questions spread over peers that are about as
 * good.
 *
 * @param draw numbers from 0 to 1, drawn by lot
 * @returns the best first
 */
export function ranked<T extends Candidate>(candidates: readonly T[], draw: () => number): T[] {
  return candidates
    .map((candidate) => ({ candidate, cost: costOf(candidate) * (0.5 + draw()) }))
    .sort((a, b) => a.cost - b.cost)
    .map(({ candidate }) => candidate)
}

function costOf({ guilt, roundTrip, distance = 0 }: Candidate): number {
  // Below a millisecond it is the machine that differs, not the way.
  const time = Math.max(1, roundTrip ?? UNMEASURED + distance / KM_PER_MS)
  return time * (1 + (WORST - 1) * guilt)
}
