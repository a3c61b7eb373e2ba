import { latLngToCell } from 'h3-js'
import { uniformDraws } from '../../agent/market/uniform-draws.ts'
import { CapabilityIndex } from '../../agent/query/capability-index.ts'
import { centerOf } from '../../agent/query/geography.ts'
import { claims, isWithin } from '../../agent/query/match.ts'
import { parseQuery } from '../../agent/query/parse.ts'
import type { Query } from '../../agent/query/query.ts'
import { capabilityOf } from '../../protocol/capability.ts'
import type { Capability, CapabilityRecord } from '../../protocol/types.ts'

const SEED = 4
const SIZES = [1_000, 10_000]
const RUNS = 200
const LIMIT = 16
const HERE = latLngToCell(52.0907, 5.1214, 7)

const QUERIES: Record<string, Query> = {
  'FX data of a pair and years, cheap, within 50 km': parseQuery(
    `data.fx where pair = P7/USD and period covers 2021-01..2024-12 and resolution = minute and price <= $0.02
     within 50 km of ${HERE}`,
  ),
  'a driver within 5 km': parseQuery(`ride.drive within 5 km of ${HERE}`),
  'any of a third of all agents': parseQuery('image-generation'),
  'none, of a third of all agents': parseQuery('image-generation where price <= 0'),
}

/** Agents all over a country of 300 by 300 km: sellers of data, drivers, and makers of images. */
function recordsOf(count: number): CapabilityRecord[] {
  const draw = uniformDraws(SEED)
  const whole = (most: number) => Math.floor(draw() * most)
  return Array.from({ length: count }, (_, index) => {
    const price = { name: 'price', type: 'range', min: BigInt(1 + whole(40_000)), max: 50_000n } as const
    const year = BigInt(Date.UTC(2018 + whole(5), 0) / 1000)
    const capabilities: Capability[][] = [
      [
        {
          ...capabilityOf('data.fx'),
          attributes: [
            { name: 'pair', type: 'set', values: [0, 1, 2].map((pair) => `P${pair * 14 + whole(14)}/USD`) },
            { name: 'resolution', type: 'set', values: whole(2) === 0 ? ['minute'] : ['hour', 'day'] },
            { name: 'period', type: 'span', from: year, to: BigInt(Date.UTC(2025, 0) / 1000) },
            price,
          ],
        },
      ],
      [capabilityOf('ride.drive')],
      [{ ...capabilityOf('image-generation'), attributes: [price] }],
    ]
    return {
      agent: `0x${index.toString(16).padStart(40, '0')}`,
      agentId: BigInt(index),
      capabilities: capabilities[index % 3] ?? [],
      area: latLngToCell(50.7 + draw() * 2.7, 3.4 + draw() * 4.4, 7),
      endpoints: [],
      issuedAt: 0n,
      expiry: 0n,
    }
  })
}

/** Takes the first that are found, and counts them. */
function countFirst(found: Iterable<unknown>): number {
  let count = 0
  for (const _ of found) {
    count += 1
    if (count === LIMIT) break
  }
  return count
}

/** A look at every record, with all centres computed before. */
function scanner(records: readonly CapabilityRecord[]): (query: Query) => Generator<CapabilityRecord> {
  const places = records.map((record) => ({ record, place: centerOf(record.area) }))
  return function* scan(query) {
    const center = centerOf(query.within?.of ?? '')
    for (const { record, place } of places) {
      if (claims(query, record) && isWithin(query, center, place)) yield record
    }
  }
}

/** Quartiles of how long `fn` takes, in microseconds. */
function measure(fn: () => unknown): [lower: number, median: number, upper: number] {
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now()
    fn()
    return (performance.now() - start) * 1000
  }).sort((a, b) => a - b)
  const at = (share: number) => times[Math.floor(share * RUNS)] ?? 0
  return [at(0.25), at(0.5), at(0.75)]
}

const shown = ([lower, median, upper]: number[]) =>
  `${median?.toFixed(1)} (${lower?.toFixed(1)} to ${upper?.toFixed(1)})`

/** How long a query for agents takes in the index of capabilities, beside a look at every record; the first answers alone. */
export async function queries(): Promise<object[]> {
  return SIZES.flatMap((size) => {
    const records = recordsOf(size)
    const index = new CapabilityIndex<{ value: CapabilityRecord }>()
    for (const value of records) index.add({ value })
    const scan = scanner(records)
    return Object.entries(QUERIES).map(([name, query]) => {
      const found = countFirst(index.find(query))
      if (found !== countFirst(scan(query))) throw new Error(`index and scan differ: ${name}`)
      // Once to warm up, once to measure.
      for (const fn of [() => countFirst(index.find(query)), () => countFirst(scan(query))]) measure(fn)
      const indexed = measure(() => countFirst(index.find(query)))
      const scanned = measure(() => countFirst(scan(query)))
      return {
        records: size,
        query: name,
        found,
        'index us': shown(indexed),
        'scan us': shown(scanned),
        'scan / index': (scanned[1] / indexed[1]).toFixed(1),
      }
    })
  })
}
