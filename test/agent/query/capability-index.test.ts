import { expect } from 'chai'
import fc from 'fast-check'
import { CapabilityIndex } from '../../../agent/query/capability-index.ts'
import { matches } from '../../../agent/query/match.ts'
import { parseQuery } from '../../../agent/query/parse.ts'
import { capabilityOf } from '../../../protocol/capability.ts'
import type { CapabilityRecord } from '../../../protocol/types.ts'
import { draw } from '../../seed.ts'
import * as arbitrary from './support/arbitraries.ts'

const wrap = (value: CapabilityRecord) => ({ value })
const agentsOf = (found: Iterable<{ value: CapabilityRecord }>) =>
  [...found].map(({ value }) => value.agent).toSorted()
const records = fc.uniqueArray(arbitrary.record, { maxLength: 30, selector: ({ agent }) => agent })
const start = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

describe('the index of capabilities', () => {
  it('finds what a look at every record finds, each once, wherever it begins', () => {
    let found = 0
    fc.assert(
      fc.property(
        records,
        fc.array(arbitrary.relatedQuery, { maxLength: 10 }),
        start,
        (all, queries, from) => {
          const index = new CapabilityIndex<{ value: CapabilityRecord }>()
          for (const record of all) index.add(wrap(record))
          for (const query of queries) {
            const expected = agentsOf(all.filter((record) => matches(query, record)).map(wrap))
            expect(agentsOf(index.find(query, from))).to.deep.equal(expected)
            found += expected.length
          }
        },
      ),
      { numRuns: 300 },
    )
    expect(found, 'records that were found in all').to.be.above(100)
  })

  it('finds all that is in a circle also where it looks cells up', () => {
    const circles = fc.record({ km: fc.integer({ min: 0, max: 500 }), of: arbitrary.nearbyCell })
    const places = fc.array(arbitrary.nearbyCell, { minLength: 300, maxLength: 300 })
    const capabilities = [capabilityOf('ride.drive')]
    const any = draw(arbitrary.record)
    fc.assert(
      fc.property(places, fc.array(circles, { minLength: 10, maxLength: 10 }), (areas, centers) => {
        const index = new CapabilityIndex<{ value: CapabilityRecord }>()
        const all = areas.map((area, number) => {
          const agent = `0x${number.toString(16).padStart(40, '0')}` as const
          return { ...any, agent, capabilities, area }
        })
        for (const record of all) index.add(wrap(record))
        for (const within of centers) {
          const query = { capabilities: ['ride.drive'], where: [], within }
          const expected = agentsOf(all.filter((record) => matches(query, record)).map(wrap))
          expect(agentsOf(index.find(query)), `${within.km} km of ${within.of}`).to.deep.equal(expected)
        }
      }),
      { numRuns: 20 },
    )
  }).timeout(20_000)

  it('has one record of each agent, the last one, and none that was deleted', () => {
    fc.assert(
      fc.property(records, records, arbitrary.relatedQuery, (earlier, later, query) => {
        const index = new CapabilityIndex<{ value: CapabilityRecord }>()
        for (const record of earlier) index.add(wrap(record))
        const replaced = later.map((record, number) => ({
          ...record,
          agent: earlier[number]?.agent ?? record.agent,
        }))
        for (const record of replaced) index.add(wrap(record))
        for (const { agent } of earlier.slice(replaced.length)) index.delete(agent)
        expect(index.size).to.equal(replaced.length)
        const expected = agentsOf(replaced.filter((record) => matches(query, record)).map(wrap))
        expect(agentsOf(index.find(query))).to.deep.equal(expected)
        for (const { agent } of replaced) index.delete(agent)
        expect(index).to.include({ size: 0, listings: 0 })
        expect([...index.find(query)]).to.deep.equal([])
      }),
    )
  })

  it('begins elsewhere by lot, so that all that fulfil a query are found first equally often', () => {
    const index = new CapabilityIndex<{ value: CapabilityRecord }>()
    const any = draw(arbitrary.record)
    for (let number = 0; number < 10; number++) {
      const agent = `0x${number.toString().padStart(40, '0')}` as const
      index.add(wrap({ ...any, agent, capabilities: [capabilityOf('data.fx')] }))
    }
    const firsts = Array.from({ length: 100 }, (_, lot) => {
      const [first] = index.find(parseQuery('data.fx'), lot / 100)
      return first?.value.agent
    })
    const counts = Map.groupBy(firsts, (agent) => agent)
    expect([...counts.values()].map(({ length }) => length)).to.deep.equal(Array(10).fill(10))
  })

  it('finds nobody first more than twice as often as is fair, as few as there are among many that are of no use', () => {
    const index = new CapabilityIndex<{ value: CapabilityRecord }>()
    const any = draw(arbitrary.record)
    // Four that can do it, the last of them behind ninety that cannot.
    const able = new Set([0, 1, 2, 93])
    for (let number = 0; number < 94; number++) {
      const agent = `0x${number.toString().padStart(40, '0')}` as const
      const version = able.has(number) ? '2' : '1'
      index.add(wrap({ ...any, agent, capabilities: [{ ...capabilityOf('data.fx'), version }] }))
    }
    const firsts = Array.from({ length: 1000 }, (_, lot) => {
      for (const { value } of index.find(parseQuery('data.fx'), lot / 1000)) {
        if (value.capabilities[0]?.version === '2') return value.agent
      }
      return undefined
    })
    const counts = [...Map.groupBy(firsts, (agent) => agent).values()].map(({ length }) => length)
    expect(counts).to.have.length(4)
    expect(Math.max(...counts)).to.be.below(500)
  })
})
