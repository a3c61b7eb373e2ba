import type { Examples } from '../models/index.ts'

/** What attackers know of a round: everything. */
export interface RoundView {
  /** Updates of the honest clients; one at least, as long as one another. */
  honest: readonly Float32Array[]
  /** What each attacker came to by training as the honest do, on what it has (poisoned, where the attack does so). */
  own: readonly Float32Array[]
  /** By how much the global model changed in the round before; zeros in the first. */
  lastChange: Float32Array
}

/** What attackers do instead of what they should; what is left out they do as the honest. */
export interface Attack {
  /** What an attacker trains on instead of its examples. */
  poison?(examples: Examples): Examples
  /** What the attackers send: an update for each. It is called once a round, in their sequence. */
  corrupt?(view: RoundView): Float32Array[]
  /** Examples, made of such for a test, whose targets the global model tells once the attackers have what they want. */
  goal?(examples: Examples): Examples
}
