import { setTimeout as delay } from 'node:timers/promises'
import { type MarketRules, nextSlot, type SimulatedSlot, slotTimes } from '../agent/index.ts'
import type { Agenda, Turn } from './agenda.ts'
import type { DrivenClock } from './driven-clock.ts'
import type { SlotRound } from './messages.ts'
import type { ChronicledSlot, SlotChronicle } from './slot-chronicle.ts'
import type { Supervisor } from './supervisor.ts'

/** How long homes may take over what is their turn, before the clock goes on to the next turn, in milliseconds. */
const PATIENCE = 5_000
/** How often the chain is asked meanwhile, in milliseconds. */
const POLL_INTERVAL = 50

export interface RoundsInit {
  supervisor: Pick<Supervisor, 'order'>
  /** By name, in the order of the readings. */
  homes: readonly string[]
  slots: readonly SimulatedSlot[]
  rules: MarketRules
  clock: DrivenClock
  agenda: Agenda
  chronicle: SlotChronicle
  signal: AbortSignal
  /** Hears of each slot when it has its price. */
  onSlot: (slot: ChronicledSlot | undefined) => void
}

/**
 * Runs a market through slots by a clock that stands still while something is done, and else goes to the next turn that
 * somebody has: all homes order for a slot, the first relayer submits, the first one clears, and when the slot is over and its
 * meters have answered, the first one settles. Where somebody fails, the next one's turn comes.
 *
 * @returns number of the market's slot for each of `slots`
 * @throws what `signal` was aborted with; TimeoutError `CHILD_SILENT`; what the chain's client does
 */
export async function runRounds(init: RoundsInit): Promise<bigint[]> {
  const { supervisor, homes, slots, rules, clock, agenda, chronicle, signal, onSlot } = init
  const first = nextSlot(rules, await clock.now()) + 1n
  /** Number of positions that have to be settled. */
  const positions = new Map<bigint, number>()
  const orders = new Map<bigint, number>()
  const cleared = new Map<bigint, ChronicledSlot>()

  async function isReached({ slot, goal }: Turn): Promise<boolean> {
    if (goal === 'booked') return (await chronicle.countOf(slot)) >= (orders.get(slot) ?? 0)
    if (goal === 'settled') {
      return (await chronicle.settlementsOf(slot)).length >= (positions.get(slot) ?? 0)
    }
    const outcome = await chronicle.slot(slot)
    if (outcome !== undefined) cleared.set(slot, outcome)
    return outcome !== undefined
  }

  /** Takes the next turn. */
  async function take(turn: Turn): Promise<void> {
    await clock.moveTo(turn.at)
    const until = performance.now() + PATIENCE
    while (!(await isReached(turn))) {
      if (performance.now() > until) return
      await delay(POLL_INTERVAL, undefined, { signal })
    }
    agenda.strike(turn)
  }

  /** Lets time go on, until there is no turn left for a goal, or for any. */
  async function goOn(target?: Omit<Turn, 'at'>): Promise<void> {
    while (target === undefined || agenda.has(target)) {
      const turn = agenda.next()
      if (turn === undefined) return
      await take(turn)
    }
  }

  for (const [index, { readings, forecast, ...slot }] of slots.entries()) {
    signal.throwIfAborted()
    const number = first + BigInt(index)
    const before = cleared.get(number - 1n)
    const lastPrice = before !== undefined && before.quantity > 0n ? before.price : undefined
    const named = homes.map((home, place) => {
      const expected = forecast?.homes[place]
      return { home, ...(readings[place] ?? { loadWh: 0, pvWh: 0 }), ...(expected && { expected }) }
    })
    const known = forecast && { horizon: forecast.horizon }
    const round: SlotRound = { index, slot: number, ...slot, readings: named, lastPrice, ...known }
    orders.set(number, await supervisor.order(round))
    if (orders.get(number) !== 0) {
      for (const goal of ['booked', 'cleared'] as const) {
        agenda.add(number, goal)
        await goOn({ slot: number, goal })
      }
    }
    const outcome = cleared.get(number)
    onSlot(outcome)
    const traded = outcome?.clearing.fills.filter((fill) => fill !== 0n).length ?? 0
    positions.set(number, traded)
    if (traded > 0) agenda.add(number, 'settled')
  }
  await goOn()
  const last = first + BigInt(slots.length - 1)
  // Whoever has a position looks for what became of it when it is its own turn.
  await clock.moveTo(slotTimes(rules, last).ownReadFrom)
  return slots.map((_, index) => first + BigInt(index))
}
