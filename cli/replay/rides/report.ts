import {
  type Booking,
  type FleetRules,
  type FleetTrip,
  gasCostOf,
  type MatchingComparison,
  type PlatformCost,
  percentiles,
  type Rejects,
  type RideKpis,
} from '../../../agent/index.ts'
import { type Check, checksByName, checksInWords } from '../../../community/check.ts'
import { counted, money, percent } from '../../format.ts'
import { table } from '../../table.ts'
import { rejectedLines } from '../rejected.ts'

/** What came of a replay. Times in seconds by the clock of the data. */
export interface Report {
  name: string
  rules: Omit<FleetRules, 'match' | 'onMatching'>
  drivers: number
  from: number
  until: number
  rejects: Rejects
  kpis: RideKpis
  /** Of a replay by the pure core, which sees each matching. */
  comparison?: MatchingComparison
  hours: HourOfRides[]
  platform: PlatformCost
  /** Of a replay with real agents. */
  market?: {
    /** Replayed seconds in a second. */
    speed: number
    /** Seconds of the machine for which the clock stood still, for agents to keep up. */
    held: number
    agents: number
    /** What the pure core, which sees everybody at once, makes of the same bookings and vehicles. */
    offline: RideKpis
    /** Bookings that came to nothing, by reason. */
    lost: Record<string, number>
    checks: readonly Check[]
  }
}

/** The bookings of an hour. */
export interface HourOfRides {
  /** Unix seconds. */
  start: number
  bookings: number
  served: number
  /** Seconds from booking to pick-up. */
  wait: { p50: number; p90: number }
}

/** Seconds. */
export const HOUR = 3600

/** Bookings, what came of them, and how long they waited, by the hour in which they were made. */
export function hoursOf(bookings: readonly Booking[], trips: readonly FleetTrip[]): HourOfRides[] {
  const hourOf = (at: number) => at - (at % HOUR)
  const waits = Map.groupBy(
    trips.map(({ booking, pickedUpAt }) => {
      const { at } = bookings[booking] as Booking
      return { hour: hourOf(at), wait: pickedUpAt - at }
    }),
    ({ hour }) => hour,
  )
  return [...Map.groupBy(bookings, ({ at }) => hourOf(at))].map(([start, { length }]) => {
    const own = waits.get(start) ?? []
    return { start, bookings: length, served: own.length, wait: percentiles(own.map(({ wait }) => wait)) }
  })
}

/** A time by the clock of the data, to the minute, without a zone: `2015-01-15T13:09`. */
export function localTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 16)
}

/** The report for programs: metres, seconds, shares from 0 to 1, money as integers in minor units. */
export function toJson({ kpis, comparison, platform, hours, market, ...report }: Report): object {
  return {
    dataset: report.name,
    from: localTime(report.from),
    until: localTime(report.until),
    drivers: report.drivers,
    rules: report.rules,
    rejected: report.rejects.list(),
    ...countable(kpis),
    ...(comparison && {
      pickUpVsOptimal: ratioOf(comparison.metres, comparison.optimal.metres),
      greedyVsOptimal: ratioOf(comparison.greedy.metres, comparison.optimal.metres),
      comparison,
    }),
    gasModel: {
      ...Object.fromEntries(Object.entries(platform).map(([name, value]) => [name, Number(value)])),
      perTrip: Number(gasCostOf(platform)),
    },
    hours: hours.map(({ start, ...hour }) => ({ start: localTime(start), ...hour })),
    ...(market && {
      market: { ...market, offline: countable(market.offline), checks: checksByName(market.checks) },
    }),
  }
}

/** Key figures as JSON knows them. */
function countable({ fares, fees, gas, ...figures }: RideKpis): object {
  return { ...figures, fares: Number(fares), fees: Number(fees), gas: Number(gas) }
}

/** The report for people. */
export function toText(report: Report): string {
  const { name, drivers, kpis, from, until, rejects, hours } = report
  const rows = hours.map(({ start, bookings, served, wait }) => [
    localTime(start).slice(11),
    String(bookings),
    String(served),
    minutes(wait.p50),
    minutes(wait.p90),
  ])
  return [
    [
      `${name}: ${counted(kpis.bookings, 'booking')}, ${localTime(from)} to ${localTime(until)}, ${counted(drivers, 'driver')}`,
      ...rejectedLines(rejects),
    ].join('\n'),
    table(
      [['hour', 'booked', 'served', 'wait p50', 'wait p90'], ...rows],
      ['left', 'right', 'right', 'right', 'right'],
    ),
    table(factsOf(report), ['left', 'left']),
  ].join('\n\n')
}

/** Name and value of each key figure, in words. */
export function factsOf({ kpis, comparison, platform, rules, market }: Report): string[][] {
  const km = (value: number) => `${Math.round(value).toLocaleString('en-US')} km`
  const gas = Number(platform.gasPrice) / 1e9
  return [
    ['matched', `${percent(kpis.matchRate)}: ${kpis.served.toLocaleString('en-US')} rides`],
    ['wait', `half within ${minutes(kpis.wait.p50)}, nine tenths within ${minutes(kpis.wait.p90)} min`],
    [
      'pick-up',
      `${Math.round(kpis.pickUpMetres)} m on average${comparison === undefined ? '' : `; ${inWords(comparison)}`}`,
    ],
    [
      'utilisation',
      `${percent(kpis.utilisation.withRider)} of the time with a rider, ${percent(kpis.utilisation.toRider)} on the way to one`,
    ],
    ['empty', `${km(kpis.emptyKilometres)} of ${km(kpis.kilometres)}, ${percent(kpis.emptyShare)}`],
    [
      'fares',
      market === undefined
        ? `${money(kpis.fares)}, ${counted(kpis.surcharged, 'ride')} with a surcharge`
        : `${money(kpis.fares)}, as auctions ended`,
    ],
    ['drivers', `${(kpis.driversShare * 100).toFixed(2)}% of the fares`],
    [
      'platform',
      `${(kpis.platformShare * 100).toFixed(2)}% of the fares: fee ${money(kpis.fees)}, gas ${money(kpis.gas)}`,
    ],
    [
      'gas model',
      `${platform.gas} gas at ${gas} gwei and ${platform.bytes} bytes at ${Number(platform.bytePrice) / 1e9} gwei, ether at ${money(platform.etherPrice)}: ${money(gasCostOf(platform))} a ride`,
    ],
    [
      'rules',
      `matched every ${rules.interval} s, patience ${rules.patience} s, roads ${rules.detour} times the crow's way at ${(rules.speed * 3.6).toFixed(1)} km/h`,
    ],
    ...(market === undefined ? [] : marketFacts(market)),
  ]
}

/** What was driven to riders, beside the best that was possible. */
function inWords({ matched, metres, optimal, greedy }: MatchingComparison): string {
  const beside = (own: { matched: number; metres: number }) =>
    `${percent(ratioOf(own.metres, optimal.metres))} of the optimum${own.matched === optimal.matched ? '' : ` for ${counted(own.matched, 'pair')} of ${optimal.matched}`}`
  return `${beside({ matched, metres })}, greedy ${beside(greedy)}`
}

/** What only a market of real agents has to tell. */
function marketFacts({
  agents,
  speed,
  held,
  offline,
  lost,
  checks,
}: NonNullable<Report['market']>): string[][] {
  const reasons = Object.entries(lost).map(([reason, count]) => `${reason} ${count}`)
  return [
    [
      'offline',
      `the pure core serves ${counted(offline.served, 'ride')} of the same plan, half within ${minutes(offline.wait.p50)} min, pick-up ${Math.round(offline.pickUpMetres)} m`,
    ],
    ['agents', `${agents}, one for each driver and each rider`],
    [
      'clock',
      `${speed} times as fast as the machine's; it stood still for ${minutes(held)} min, for the agents to keep up`,
    ],
    ['lost', reasons.length === 0 ? 'no booking' : reasons.join(', ')],
    ['checks', checksInWords(checks)],
  ]
}

function minutes(seconds: number): string {
  return (seconds / 60).toFixed(1)
}

function ratioOf(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole
}
