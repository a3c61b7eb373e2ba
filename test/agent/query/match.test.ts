import { expect } from 'chai'
import fc from 'fast-check'
import { cellToChildren, cellToParent, latLngToCell } from 'h3-js'
import { centerOf, distanceBetween } from '../../../agent/query/geography.ts'
import { matches } from '../../../agent/query/match.ts'
import { parseQuery } from '../../../agent/query/parse.ts'
import { capabilityOf } from '../../../protocol/capability.ts'
import type { Attribute, CapabilityRecord } from '../../../protocol/types.ts'
import { address } from '../../protocol/support/arbitraries.ts'
import { draw } from '../../seed.ts'
import * as arbitrary from './support/arbitraries.ts'

const UTRECHT = latLngToCell(52.0907, 5.1214, 7)
const AMSTERDAM = latLngToCell(52.3676, 4.9041, 7)
const unix = (text: string) => BigInt(Date.parse(text) / 1000)

const attributes: Attribute[] = [
  { name: 'pair', type: 'set', values: ['EUR/USD', 'GBP/USD'] },
  { name: 'period', type: 'span', from: unix('2020-01-01'), to: unix('2025-01-01') },
  { name: 'resolution', type: 'set', values: ['minute', 'hour'] },
  { name: 'price', type: 'range', min: 15_000n, max: 30_000n },
  { name: 'zone', type: 'area', cells: [cellToParent(UTRECHT, 5)] },
]
const agent = draw(address)
const record: CapabilityRecord = {
  agent,
  agentId: 0n,
  capabilities: [
    capabilityOf('ride.drive'),
    { name: 'data.fx', version: '2', model: 'm', attributes },
    { ...capabilityOf('data.fx'), attributes: [{ name: 'resolution', type: 'set', values: ['second'] }] },
  ],
  area: AMSTERDAM,
  endpoints: [],
  issuedAt: 0n,
  expiry: 0n,
}
const [child = ''] = cellToChildren(cellToParent(UTRECHT, 5), 9)
/** Between the two cities, and how far the centres of their cells are from them at the most. */
const DISTANCE = 34
const EDGE = 2

describe('a query', () => {
  const fulfilled = [
    `data.fx where pair = EUR/USD and period covers 2021-01..2024-12 and resolution = minute and price <= $0.02
      within 50 km of ${UTRECHT}`,
    'data.fx',
    'data.fx, ride.drive',
    'data.fx where version = 2 and model in (l, m)',
    'data.fx where pair in (JPY/USD, GBP/USD)',
    'data.fx where pair has (GBP/USD, EUR/USD)',
    'data.fx where period covers 2020-01..2024-12',
    'data.fx where period overlaps 2024-12-31..2026-01-01',
    'data.fx where price <= 15000',
    'data.fx where price >= 30000',
    'data.fx where price covers 15000..30000',
    'data.fx where price overlaps 30000..40000',
    `data.fx where zone covers ${UTRECHT}`,
    `data.fx where zone covers ${child}`,
    `data.fx where zone covers ${cellToParent(UTRECHT, 5)}`,
    `data.fx where zone overlaps ${cellToParent(UTRECHT, 2)}`,
    'data.fx where resolution = second',
    `data.fx within 0 km of ${AMSTERDAM}`,
    `data.fx within ${DISTANCE + EDGE} km of ${UTRECHT}`,
  ]
  for (const text of fulfilled) {
    it(`is fulfilled: ${text}`, () => {
      expect(matches(parseQuery(text), record)).to.equal(true)
    })
  }

  const unfulfilled = [
    'data',
    'data.fx, data.weather',
    'data.fx where version = 1',
    'data.fx where model = l',
    'data.fx where pair = JPY/USD',
    'data.fx where pair has (GBP/USD, JPY/USD)',
    'data.fx where period covers 2019-12-31..2020-01-01',
    'data.fx where period covers 2024-12-31..2025-01-01',
    'data.fx where period overlaps 2025-01..2025-02',
    'data.fx where price <= 14999',
    'data.fx where price >= 30001',
    'data.fx where price covers 14999..20000',
    'data.fx where price overlaps 30001..40000',
    `data.fx where zone covers ${cellToParent(UTRECHT, 4)}`,
    `data.fx where zone overlaps ${latLngToCell(48.8566, 2.3522, 7)}`,
    // One capability has the pair, another one of the same name the resolution.
    'data.fx where pair = EUR/USD and resolution = second',
    'data.fx where nothing = x',
    // Of another type.
    'data.fx where period covers 2020..2025',
    'data.fx where price = 15000',
    'data.fx where pair >= 0',
    'data.fx where pair covers 0..1',
    `data.fx where price overlaps ${UTRECHT}`,
    'ride.drive, data.fx where resolution = minute',
    `data.fx within ${DISTANCE - EDGE} km of ${UTRECHT}`,
  ]
  for (const text of unfulfilled) {
    it(`is not fulfilled: ${text}`, () => {
      expect(matches(parseQuery(text), record)).to.equal(false)
    })
  }

  it('is not fulfilled within any distance by an agent that is nowhere', () => {
    expect(
      matches(parseQuery(`data.fx within 20100 km of ${UTRECHT}`), { ...record, area: 'here' }),
    ).to.equal(false)
  })

  it('asks for more the more conditions it has', () => {
    fc.assert(
      fc.property(arbitrary.relatedQuery, arbitrary.record, (query, any) => {
        fc.pre(matches(query, any))
        const { within: _, ...everywhere } = query
        expect(matches({ ...query, where: query.where.slice(1) }, any)).to.equal(true)
        expect(matches(everywhere, any)).to.equal(true)
        expect(matches({ ...query, capabilities: query.capabilities.slice(1) }, any)).to.equal(true)
      }),
      { numRuns: 300 },
    )
  })
})

describe('the distance between cells', () => {
  it('is that of their centres along a great circle', () => {
    const distance = (a: string, b: string) => distanceBetween(centerOf(a), centerOf(b))
    expect(distance(UTRECHT, AMSTERDAM)).to.be.closeTo(DISTANCE, EDGE)
    expect(distance(UTRECHT, UTRECHT)).to.equal(0)
    expect(distance(UTRECHT, 'here')).to.equal(undefined)
  })
})
