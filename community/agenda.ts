import { type Address, type Deed, dutiesOf, type Hex, type SlotRules, slotTimes } from '../agent/index.ts'

/** What a slot comes to, one after the other: all orders in its book, a price, and every position settled by its meter. */
export type Goal = 'booked' | 'cleared' | 'settled'

/** When it is somebody's turn to do something for a slot. */
export interface Turn {
  slot: bigint
  /** What it is done for. */
  goal: Goal
  /** Unix seconds. */
  at: bigint
}

const DEEDS: Record<Goal, readonly Deed[]> = {
  booked: ['relay', 'submit'],
  cleared: ['clear', 'clearOwn'],
  settled: ['read', 'readOwn'],
}

/**
 * The turns that homes take in a market, in the sequence of time: what is to happen next there, for a clock that goes from
 * one instant in which something is due to the next one.
 */
export class Agenda {
  readonly #market: Hex
  readonly #rules: SlotRules
  readonly #homes: readonly Address[]
  #turns: Turn[] = []

  /** @param homes all of them relay */
  constructor(market: Hex, rules: SlotRules, homes: readonly Address[]) {
    this.#market = market
    this.#rules = rules
    this.#homes = homes
  }

  /** Enters all turns in which something is done for a goal. */
  add(slot: bigint, goal: Goal): void {
    const times = slotTimes(this.#rules, slot)
    const turns = this.#homes.flatMap((agent) =>
      dutiesOf(this.#market, slot, times, { agent, relays: true, ordered: true }).filter(({ deed }) =>
        DEEDS[goal].includes(deed),
      ),
    )
    this.#turns.push(...turns.map(({ from }) => ({ slot, goal, at: from })))
    this.#turns.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
  }

  /** Whether somebody still has a turn. */
  has({ slot, goal }: Omit<Turn, 'at'>): boolean {
    return this.#turns.some((turn) => turn.slot === slot && turn.goal === goal)
  }

  /** Takes the next turn off the agenda. */
  next(): Turn | undefined {
    return this.#turns.shift()
  }

  /** Strikes out the turns for a goal that is reached. */
  strike({ slot, goal }: Omit<Turn, 'at'>): void {
    this.#turns = this.#turns.filter((turn) => turn.slot !== slot || turn.goal !== goal)
  }
}
