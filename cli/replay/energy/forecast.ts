import {
  aggregationRule,
  type CommunityForecasts,
  type EnergyKpis,
  energyKpis,
  FORECASTS,
  type ForecastKind,
  forecastCommunity,
  forecastHorizon,
  homeForecasts,
  type SimulatedSlot,
  type Simulation,
  type SimulationRules,
  type Spread,
  simulateSlots,
  spreadOf,
} from '../../../agent/index.ts'
import { checkHistory } from '../../../community/held-out.ts'
import { MAX_STEPS } from '../../../protocol/limits.ts'
import type { NamedHome } from './homes.ts'
import type { Replay } from './input.ts'

const DAY = 86_400

/** What homes can order by: a forecast of each kind, and, to compare, what they will have measured. */
const BASES = [...FORECASTS, 'known'] as const
type Base = (typeof BASES)[number]

/** A market in which all homes ordered by one kind of forecast. */
interface ForecastMarket {
  base: Base
  /** Mean absolute error of what homes expected to lack, in Wh per home and slot. */
  maeWh: number
  kpis: EnergyKpis
  /** What each home saved against being alone, and the community on each day, in minor units. */
  homes: number[]
  days: number[]
}

/** What homes gained by the last kind of forecast over another, in minor units. */
export interface ForecastGain {
  over: Base
  total: number
  /** Of the bills with the other. */
  share: number
  homes: Spread
  days: Spread
}

/** What a forecast was worth to the homes of a replay. */
export interface ForecastComparison {
  /** What the replay's homes ordered by. */
  kind: ForecastKind
  horizon: number
  /** Slots that models were learnt from. */
  learntFrom: number
  markets: ForecastMarket[]
  /** Of the federated forecast. */
  gains: ForecastGain[]
}

/** The slots of a replay with what each home expects of them, by what is before it and, in it, known by then. */
export interface ForecastSlots {
  horizon: number
  slotsOf: (base: Base) => SimulatedSlot[]
}

/**
 * Forecasts the slots of a replay.
 *
 * @throws ConfigError `DAYS_MISSING` when there is too little before them, `SLOTS_MISSING`
 */
export function forecastSlotsOf({ slots, before }: Replay, seed: number): ForecastSlots {
  const all = [...before, ...slots]
  const [first] = slots
  checkHistory(before)
  const horizon = forecastHorizon({
    slotLength: BigInt((first?.end ?? 0) - (first?.start ?? 0)),
    gateLead: 0n,
  })
  const rule = aggregationRule('fedavg')
  const found: CommunityForecasts = forecastCommunity(all, {
    horizon,
    heldOutFrom: before.length,
    rule,
    seed,
  })
  return {
    horizon,
    slotsOf(base) {
      if (base === 'known') return [...slots]
      const expected = homeForecasts(found, base, MAX_STEPS)
      return slots.map((slot, index) => ({ ...slot, forecast: { homes: expected[index] ?? [], horizon } }))
    },
  }
}

/** Runs a market for each kind of forecast, and for homes that know, by the same strategies and rules. */
export function compareForecasts(
  kind: ForecastKind,
  forecast: ForecastSlots,
  homes: readonly NamedHome[],
  replay: Replay,
  rules: SimulationRules,
): ForecastComparison {
  const markets = BASES.map((base) => {
    const slots = forecast.slotsOf(base)
    return marketOf(base, slots, simulateSlots(slots, homes, rules))
  })
  const federated = markets.find(({ base }) => base === 'federated')
  const gains = markets.flatMap((other) =>
    federated === undefined || other.base === 'federated' || other.base === 'known'
      ? []
      : [gainOf(federated, other)],
  )
  return { kind, horizon: forecast.horizon, learntFrom: replay.before.length, markets, gains }
}

function marketOf(base: Base, slots: readonly SimulatedSlot[], { trades }: Simulation): ForecastMarket {
  const readings = slots.map((slot) => slot.readings)
  const kpis = energyKpis(readings, trades, slots)
  const byDay = Map.groupBy(slots.keys(), (index) => Math.floor((slots[index]?.start ?? 0) / DAY))
  const days = [...byDay.values()].map((ofDay) => {
    const place = new Map(ofDay.map((slot, index) => [slot, index]))
    const own = trades.flatMap((trade) => {
      const slot = place.get(trade.slot)
      return slot === undefined ? [] : [{ ...trade, slot }]
    })
    const chosen = ofDay.flatMap((index) => slots[index] ?? [])
    return Number(
      energyKpis(
        chosen.map((slot) => slot.readings),
        own,
        chosen,
      ).savings,
    )
  })
  return { base, maeWh: maeOf(slots), kpis, homes: kpis.homes.map(({ savings }) => Number(savings)), days }
}

function maeOf(slots: readonly SimulatedSlot[]): number {
  const errors = slots.flatMap(({ readings, forecast }) =>
    readings.map(({ loadWh, pvWh }, home) => {
      const expected = forecast?.homes[home]
      return expected === undefined ? 0 : Math.abs(loadWh - pvWh - (expected.loadWh - expected.pvWh))
    }),
  )
  return errors.reduce((sum, error) => sum + error, 0) / errors.length
}

function gainOf(market: ForecastMarket, other: ForecastMarket): ForecastGain {
  const differences = (a: readonly number[], b: readonly number[]) =>
    a.map((value, index) => value - (b[index] ?? 0))
  const homes = differences(market.homes, other.homes)
  const total = homes.reduce((sum, gain) => sum + gain, 0)
  return {
    ...{ over: other.base, total },
    share: total / Math.abs(Number(other.kpis.billWithMarket)),
    homes: spreadOf(homes),
    days: spreadOf(differences(market.days, other.days)),
  }
}
