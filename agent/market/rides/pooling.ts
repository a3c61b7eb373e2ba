import { shareOf } from '../../../protocol/types.ts'
import { type FareTariff, fareOf } from './fare.ts'
import type { LonLat } from './haversine.ts'

/** A rider who would share. */
export interface PoolRider {
  from: LonLat
  to: LonLat
  /** Most metres by road that the way may be longer than alone. */
  maxDetour: number
  /** Most to pay, in minor units. */
  maxFare: bigint
}

export interface PoolRules {
  /** Metres by road from one place to another. */
  metresBetween: (from: LonLat, to: LonLat) => number
  /** Metres by road in a second. */
  speed: number
  tariff: FareTariff
  /** Of what sharing saves, the driver's part in basis points; both riders share the rest equally. */
  driversPart: bigint
}

/** A ride that two share, and what each of the three gains by it. */
export interface Pool {
  /** Which rider is picked up or set down at each of the four stops. */
  stops: readonly { rider: 0 | 1; kind: 'pick-up' | 'drop-off' }[]
  /** Metres of the whole way, from the first stop to the last. */
  metres: number
  /** Each rider's way, and how much longer than alone it is, in metres. */
  ways: readonly [number, number]
  detours: readonly [number, number]
  /** What each pays instead of the fare alone. */
  fares: readonly [bigint, bigint]
  /** What each saves. */
  savings: readonly [bigint, bigint]
  /** The driver gets both fares, and this much more than the way costs by the tariff. */
  driversGain: bigint
}

/** The four sequences in which two riders are in the vehicle together; the other two are one ride after the other. */
const SEQUENCES = [
  [0, 1, 0, 1],
  [0, 1, 1, 0],
  [1, 0, 1, 0],
  [1, 0, 0, 1],
] as const

/**
 * The shortest way for two riders to share a vehicle such that all three gain: no detour above what the rider would bear,
 * no fare above its limit, each fare below that of the ride alone, and more for the driver than the tariff says for
 * the way. The whole way costs by the tariff as one ride does; what the two fares alone come to above that is saved, the
 * driver keeps its part of it, and both riders pay half of the rest less than alone.
 *
 * @returns undefined when there is no such way
 */
export function pool(riders: readonly [PoolRider, PoolRider], rules: PoolRules): Pool | undefined {
  const alone = riders.map(({ from, to }) => rules.metresBetween(from, to)) as [number, number]
  const faresAlone = alone.map((metres) => fareFor(metres, rules)) as [bigint, bigint]
  let best: Pool | undefined
  for (const sequence of SEQUENCES) {
    const way = wayOf(riders, sequence, rules)
    if (best !== undefined && way.metres >= best.metres) continue
    const detours = [way.ways[0] - alone[0], way.ways[1] - alone[1]] as const
    const saved = faresAlone[0] + faresAlone[1] - fareFor(way.metres, rules)
    const driversGain = shareOf(saved > 0n ? saved : 0n, rules.driversPart)
    const saving = (saved - driversGain) / 2n
    const fares = [faresAlone[0] - saving, faresAlone[1] - saving] as const
    const suits = riders.every(
      ({ maxDetour, maxFare }, index) =>
        (detours[index] ?? 0) <= maxDetour && (fares[index] ?? 0n) <= maxFare && (fares[index] ?? 0n) >= 0n,
    )
    if (!suits || saving <= 0n || driversGain <= 0n) continue
    // What halving leaves over is the driver's.
    best = { ...way, detours, fares, savings: [saving, saving], driversGain: saved - 2n * saving }
  }
  return best
}

function fareFor(metres: number, { speed, tariff }: PoolRules): bigint {
  return fareOf({ metres: Math.round(metres), seconds: Math.round(metres / speed) }, tariff)
}

function wayOf(
  riders: readonly [PoolRider, PoolRider],
  sequence: (typeof SEQUENCES)[number],
  { metresBetween }: PoolRules,
): Pick<Pool, 'stops' | 'metres' | 'ways'> {
  const stops = sequence.map((rider, index) => ({
    rider,
    kind: index < 2 ? ('pick-up' as const) : ('drop-off' as const),
  }))
  const places = stops.map(({ rider, kind }) => (kind === 'pick-up' ? riders[rider].from : riders[rider].to))
  const passed = [0]
  for (const [index, place] of places.slice(1).entries()) {
    passed.push((passed[index] as number) + metresBetween(places[index] as LonLat, place))
  }
  const at = (rider: number, kind: string) =>
    passed[stops.findIndex((stop) => stop.rider === rider && stop.kind === kind)] as number
  const way = (rider: number) => at(rider, 'drop-off') - at(rider, 'pick-up')
  return { stops, metres: passed[3] as number, ways: [way(0), way(1)] }
}
