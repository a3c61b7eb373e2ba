import type { Address, Hex } from '../../protocol/types.ts'
import { lotOf, type SlotTimes, turnWithin } from './slot-times.ts'

/**
 * What an agent does for a slot: `relay` submits all that it heard and the chain lacks, `submit` its own order alone,
 * `clear` clears, and so does `clearOwn` for the sake of an own order; `read` settles by readings and `schedule` without,
 * `readOwn` and `scheduleOwn` its own position alone.
 */
export type Deed = 'relay' | 'submit' | 'clear' | 'clearOwn' | 'read' | 'readOwn' | 'schedule' | 'scheduleOwn'

/** A deed with the time for it, in Unix seconds, half-open. Whoever does it looks first whether it is still to be done. */
export interface Duty {
  /** Tells it from others of the slot. */
  name: string
  deed: Deed
  from: bigint
  until: bigint
}

/** Seconds after which a transaction that nothing is known of is given up; see `Wallet`. */
const PATIENCE = 60n
/** Seconds for which a seller tries to get its reserve back: a month. */
const STUBBORN = 2_592_000n

/**
 * What an agent has to do for a slot, in the sequence of time.
 *
 * A relayer has two turns to submit, one in each half of the time for it: with the second it takes in what came late,
 * and who comes after one that is silent has all that it left out. Whoever has an order in the book does by itself, later,
 * what relayers have not done.
 *
 * @param who the agent: whether it relays, and whether it has an order in the slot
 */
export function dutiesOf(
  market: Hex,
  slot: bigint,
  times: SlotTimes,
  who: { agent: Address; relays: boolean; ordered: boolean },
): Duty[] {
  const turn = (name: string, from: bigint, until: bigint) =>
    turnWithin(from, until, lotOf(market, slot, who.agent, name))
  const half = (times.relayFrom + times.relayUntil) / 2n
  const relayer: Duty[] = [
    duty('relay', 'relay', turn('relay', times.relayFrom, half), times.gate),
    duty('relay again', 'relay', turn('relay again', half, times.relayUntil), times.gate),
    duty('clear', 'clear', turn('clear', times.gate, times.clearUntil), times.end),
    duty('read', 'read', turn('read', times.readFrom, times.readUntil), times.scheduleFrom),
    duty('schedule', 'schedule', turn('schedule', times.scheduleFrom, times.scheduleUntil), times.over),
  ]
  const owner: Duty[] = [
    duty('submit', 'submit', times.ownFrom, times.gate),
    duty('clear own', 'clearOwn', turn('clear own', times.ownClearFrom, times.ownClearUntil), times.end),
    duty('read own', 'readOwn', times.ownReadFrom, times.scheduleFrom),
    duty('schedule own', 'scheduleOwn', times.ownScheduleFrom, times.ownScheduleFrom + STUBBORN),
  ]
  return [...(who.relays ? relayer : []), ...(who.ordered ? owner : [])].sort((a, b) =>
    a.from < b.from ? -1 : a.from > b.from ? 1 : 0,
  )
}

/**
 * When a duty that was taken up, and not seen done, is taken up again: after a quarter of the time that was left, so that
 * there are several tries, and no sooner than what was sent may still come about.
 *
 * @param at when it was taken up
 */
export function againAt(at: bigint, until: bigint): bigint {
  const quarter = (until - at) / 4n
  return at + (quarter < 2n ? 2n : quarter > PATIENCE ? PATIENCE : quarter)
}

function duty(name: string, deed: Deed, from: bigint, until: bigint): Duty {
  return { name, deed, from, until }
}
