import { keccak } from '../../protocol/keccak.ts'
import type { Address, Hex } from '../../protocol/types.ts'
import { fromHex } from '../../protocol/wire/fields.ts'

/** What of a market says when things happen, in seconds. */
export interface SlotRules {
  slotLength: bigint
  /** The gate of a slot closes so long before it begins. */
  gateLead: bigint
  /** Readings of a slot count until so long after its end. */
  readingWindow: bigint
}

/** When what is due for a slot, in Unix seconds as the chain counts them. Intervals are half-open. */
export interface SlotTimes {
  /** From here on relayers submit what they have heard, one after the other, until `relayUntil`. */
  relayFrom: bigint
  relayUntil: bigint
  /** From here on an agent that is not in the book submits its own order. */
  ownFrom: bigint
  /** The first second that takes no orders, and in which the slot can be cleared. */
  gate: bigint
  begin: bigint
  /** From the gate until here relayers clear, one after the other. */
  clearUntil: bigint
  /** From here on whoever has an order in the book clears, until `ownClearUntil` one after the other. */
  ownClearFrom: bigint
  ownClearUntil: bigint
  /** The first second after the slot: it lapses when nobody has cleared it. */
  end: bigint
  /** Relayers settle by readings in between, one after the other. */
  readFrom: bigint
  readUntil: bigint
  /** From here on a seller settles by its own reading, while that counts. */
  ownReadFrom: bigint
  /** The first second in which no reading counts, and positions are settled as they were scheduled. */
  scheduleFrom: bigint
  scheduleUntil: bigint
  /** From here on a seller has its own position settled so. */
  ownScheduleFrom: bigint
  /** Nobody looks after the slot any more. */
  over: bigint
}

/** Of longer slots, relaying takes no longer than of one of a quarter of an hour. */
const LONGEST = 900n
/** Seconds within which relayers take their turns to clear; how long it takes is for the balances to change. */
const CLEARING = 120n

/**
 * When what is due for a slot.
 *
 * With L the length of the slot, at most a quarter of an hour: relayers take turns from L/3 to 2L/15 before the gate, and
 * from L/10 before it, a minute and a half, everybody looks after its own order: that is time for a transaction, and for
 * one that replaces it.
 *
 * @param slot its number
 */
export function slotTimes({ slotLength, gateLead, readingWindow }: SlotRules, slot: bigint): SlotTimes {
  const begin = slot * slotLength
  const end = begin + slotLength
  const gate = begin > gateLead ? begin - gateLead : 0n
  const unit = slotLength < LONGEST ? slotLength : LONGEST
  const clearing = end - gate
  const scheduleFrom = end + readingWindow + 1n
  return {
    relayFrom: gate - unit / 3n,
    relayUntil: gate - (2n * unit) / 15n,
    ownFrom: gate - atLeastOne(unit / 10n),
    gate,
    begin,
    clearUntil: gate + (clearing / 4n < CLEARING ? clearing / 4n : CLEARING),
    ownClearFrom: gate + clearing / 2n,
    ownClearUntil: gate + (3n * clearing) / 4n,
    end,
    readFrom: end + readingWindow / 8n,
    readUntil: end + readingWindow / 2n,
    ownReadFrom: end + (3n * readingWindow) / 4n,
    scheduleFrom,
    scheduleUntil: scheduleFrom + unit / 3n,
    ownScheduleFrom: scheduleFrom + unit / 2n,
    over: scheduleFrom + unit,
  }
}

/**
 * How many slots before a slot the latest one is whose meters have told when it is ordered for: relayers begin before the gate,
 * and by then that slot has to be over. A forecast that a home orders by can know nothing later.
 *
 * @returns at least 1
 *
 * @example
 * ```ts
 * forecastHorizon({ slotLength: 900n, gateLead: 0n }) // 2: five minutes before it begins the one before is under way
 * ```
 */
export function forecastHorizon({ slotLength, gateLead }: Omit<SlotRules, 'readingWindow'>): number {
  // Any slot but the first ones, which would have to be ordered for before time begins.
  const slot = gateLead / slotLength + 2n
  const { relayFrom } = slotTimes({ slotLength, gateLead, readingWindow: 0n }, slot)
  return Number(slot - relayFrom / slotLength) + 1
}

/** The first slot whose gate is open, and that relayers have not begun with. @param now Unix seconds */
export function nextSlot(rules: SlotRules, now: bigint): bigint {
  const slot = (now + rules.gateLead) / rules.slotLength + 1n
  return slotTimes(rules, slot).relayFrom > now ? slot : slot + 1n
}

const LOTS = 2n ** 64n

/**
 * An agent's place in a succession: everybody draws its own, from what nobody can choose afterwards, so relayers take
 * turns without talking, and another one comes first in each slot.
 *
 * @param duty what is to be done, a word of ASCII
 * @returns from 0n to 2^64 - 1
 */
export function lotOf(market: Hex, slot: bigint, agent: Address, duty: string): bigint {
  const words = fromHex(`0x${market.slice(2)}${slot.toString(16).padStart(16, '0')}${agent.slice(2)}`)
  const hash = keccak(Uint8Array.from([...words, ...new TextEncoder().encode(duty)]))
  return new DataView(hash.buffer, hash.byteOffset).getBigUint64(0)
}

/** When a lot's turn comes in [from, until). */
export function turnWithin(from: bigint, until: bigint, lot: bigint): bigint {
  return from + ((until - from) * lot) / LOTS
}

function atLeastOne(seconds: bigint): bigint {
  return seconds > 0n ? seconds : 1n
}
