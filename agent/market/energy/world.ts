import { MeshError, messageOf } from '../../../protocol/errors.ts'
import type { PastSlot, SlotPlan, SlotStrategy, SlotView } from '../../strategy/energy/strategy.ts'
import type { Tariff } from '../energy-kpis.ts'
import type { MeterReading } from '../slot-energy.ts'
import { type Battery, checkBattery, rangeOf, storedAfter } from './battery.ts'
import { checkPlan, placeOf } from './plan.ts'

/** A home of a simulated community. */
export interface SimulatedHome {
  /** What errors call it; by default its index. */
  label?: string | undefined
  strategy: SlotStrategy
  /** What it pays for the grid on each kWh that it trades, in minor units; 0 when it is left out. */
  tariff?: bigint | undefined
  /** With what it holds at first. */
  battery?: (Battery & { storedWh: number }) | undefined
}

/** A slot as the meters have it, and what the grid takes and gives in it. */
export interface SimulatedSlot extends Tariff {
  /** [start, end), Unix seconds. */
  start: number
  end: number
  /** In the order of the homes. */
  readings: readonly MeterReading[]
  /** What homes order by where they do not know their readings yet. */
  forecast?: SlotOutlook | undefined
}

/** What homes expect of a slot. */
export interface SlotOutlook {
  /** In the order of the homes: what each expects, and between what it may come to lie; see {@link SlotView}. */
  homes: readonly (MeterReading & { lackWh: readonly number[] })[]
  /** Slots from the latest one that homes know the readings of to this one; 1 when they know all before it. */
  horizon: number
}

const NOTHING: MeterReading = { loadWh: 0, pvWh: 0 }

/** What a home saw of a slot, and planned. */
export interface PlannedSlot {
  view: SlotView
  plan: SlotPlan
  /** What came of it, in Wh, whatever was expected. */
  measured: MeterReading
}

/** Homes as they live through slots: what their batteries hold, and what they remember. */
export class World {
  /** Wh that each home's battery holds. */
  readonly storedWh: number[]
  /** Wh that each home's battery took, negative what it gave, per slot. */
  readonly flows: number[][] = []
  readonly #homes: readonly SimulatedHome[]
  readonly #pasts: PastSlot[][]

  /** @throws MeshError `BATTERY_INVALID` */
  constructor(homes: readonly SimulatedHome[]) {
    for (const { battery } of homes) if (battery !== undefined) checkBattery(battery, battery.storedWh)
    this.#homes = homes
    this.#pasts = homes.map(() => [])
    this.storedWh = homes.map(({ battery }) => battery?.storedWh ?? 0)
  }

  /**
   * Asks each home what it does in a slot.
   *
   * @throws MeshError `STRATEGY_FAILED` when its strategy throws, `PLAN_INVALID` when it cannot do what that plans
   */
  plan(slot: SimulatedSlot, index: number): PlannedSlot[] {
    return this.#homes.map((home, number) => {
      const view = this.#viewOf(home, number, slot, index)
      const plan = planOf(home, view)
      checkPlan(plan, view, home.label)
      return { view, plan, measured: slot.readings[number] ?? NOTHING }
    })
  }

  /**
   * Ends a slot: batteries take what is left and give what is lacking, and what they are told besides.
   *
   * @param boughtWh by each home; negative what it sold
   * @param price of trades, that homes remember
   */
  end(planned: readonly PlannedSlot[], boughtWh: readonly number[], price: bigint | undefined): void {
    const flows = planned.map(({ view, plan: { gridWh = 0 }, measured: meter }, home) => {
      const { battery, start, retailPrice, feedInPrice } = view
      this.#pasts[home]?.push({ start, meter, retailPrice, feedInPrice, price })
      if (battery === undefined) return 0
      const leftWh = meter.pvWh - meter.loadWh + (boughtWh[home] ?? 0)
      const own = gridWh > 0 ? Math.max(0, leftWh) : gridWh < 0 ? Math.min(0, leftWh) : leftWh
      const flow = Math.max(-battery.givesWh, Math.min(battery.takesWh, gridWh + own))
      this.storedWh[home] = storedAfter(battery, battery.storedWh, flow)
      return flow
    })
    this.flows.push(flows)
  }

  #viewOf(
    { battery, tariff = 0n }: SimulatedHome,
    home: number,
    slot: SimulatedSlot,
    index: number,
  ): SlotView {
    const { start, end, retailPrice, feedInPrice, forecast } = slot
    const expected = forecast?.homes[home]
    const past = this.#pasts[home] ?? []
    return {
      home,
      slot: index,
      start,
      end,
      meter: expected ?? slot.readings[home] ?? NOTHING,
      lackWh: expected?.lackWh,
      retailPrice,
      feedInPrice,
      tariff,
      battery: battery && {
        ...rangeOf(battery, this.storedWh[home] ?? 0, end - start),
        capacityWh: battery.capacityWh,
        efficiency: battery.efficiency,
      },
      past: forecast === undefined ? past : past.slice(0, Math.max(0, past.length + 1 - forecast.horizon)),
    }
  }
}

function planOf({ strategy, label }: SimulatedHome, view: SlotView): SlotPlan {
  try {
    return strategy(view) ?? {}
  } catch (cause) {
    const [, place] = /([^/\\]+:\d+:\d+)\)?$/m.exec((cause instanceof Error && cause.stack) || '') ?? []
    throw new MeshError('STRATEGY_FAILED', 'A strategy throws.', {
      field: placeOf(view, label),
      expected: 'a plan such as { order: undefined }',
      received: `${messageOf(cause)}${place === undefined ? '' : ` (${place})`}`,
      remedy: 'Correct the strategy; in its first slot a home has no past, and without a battery none.',
      cause,
    })
  }
}
