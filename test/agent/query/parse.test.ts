import { expect } from 'chai'
import fc from 'fast-check'
import { latLngToCell } from 'h3-js'
import { parseQuery } from '../../../agent/query/parse.ts'
import { printQuery } from '../../../agent/query/print.ts'
import { checkQuery } from '../../../agent/query/query.ts'
import { QueryError } from '../../../protocol/errors.ts'
import { MAX_QUERY_LENGTH } from '../../../protocol/limits.ts'
import { failure } from '../../protocol/support/failure.ts'
import * as arbitrary from './support/arbitraries.ts'

const unix = (text: string) => BigInt(Date.parse(text) / 1000)
const CELL = '871fae6e2ffffff'

describe('a query as text', () => {
  it('says who has data of a pair and a time by the minute, of repute, near and cheap', () => {
    const text = `data.fx where pair = EUR/USD and period covers 2021-01..2024-12 and resolution = minute
      and price <= $0.02 and reputation >= 0.8 within 50 km of ${CELL} limit 10`
    expect(parseQuery(text)).to.deep.equal({
      capabilities: ['data.fx'],
      where: [
        { attribute: 'pair', oneOf: ['EUR/USD'] },
        { attribute: 'period', covers: { from: unix('2021-01-01'), to: unix('2025-01-01') } },
        { attribute: 'resolution', oneOf: ['minute'] },
        { attribute: 'price', atMost: 20_000n },
      ],
      minReputation: 0.8,
      within: { km: 50, of: CELL },
      limit: 10,
    })
  })

  it('is read as it was printed', () => {
    fc.assert(
      fc.property(arbitrary.query, (query) => {
        checkQuery(query)
        const text = printQuery(query)
        expect(text.length).to.be.at.most(MAX_QUERY_LENGTH)
        expect(parseQuery(text)).to.deep.equal(query)
      }),
      { numRuns: 500 },
    )
  })

  it('is read, or refused with the position, whatever it says', () => {
    const parts = fc.constantFrom(
      ...'data.fx where and within km of limit a in has ( ) , = <= >= covers overlaps .. 5 -1 0.5 $2 2021-01 ä'.split(
        ' ',
      ),
      ...[
        '"',
        '\\',
        CELL,
        '[',
        ']',
        '2021-02-30',
        '2021-02-03T25:00:00Z',
        '9'.repeat(20),
        'reputation',
        'stake',
      ],
    )
    const texts = fc.oneof(
      fc.array(parts, { maxLength: 12 }).map((all) => all.join(' ')),
      fc.string({ unit: 'binary' }),
    )
    fc.assert(
      fc.property(texts, (text) => {
        try {
          checkQuery(parseQuery(text))
        } catch (error) {
          expect(error).to.be.instanceOf(QueryError)
          if (!(error instanceof QueryError)) return
          expect(error.code).to.equal('QUERY_MALFORMED')
          expect(error.position).to.be.within(0, text.length)
        }
      }),
      { numRuns: 2000 },
    )
  })

  const read: Record<string, [text: string, where: unknown]> = {
    'a month as all of it': [
      'x where t covers 2024-02..2024-02',
      { attribute: 't', covers: { from: unix('2024-02-01'), to: unix('2024-03-01') } },
    ],
    'a day as all of it': [
      'x where t overlaps 2024-12-30..2024-12-31',
      { attribute: 't', overlaps: { from: unix('2024-12-30'), to: unix('2025-01-01') } },
    ],
    'a second as the instant at which it begins': [
      'x where t covers 2024-01-01T00:00:00Z..2024-01-01T00:00:01Z',
      { attribute: 't', covers: { from: unix('2024-01-01'), to: unix('2024-01-01') + 1n } },
    ],
    'amounts in minor units': [
      'x where price covers $0.000001..$12',
      { attribute: 'price', covers: { min: 1n, max: 12_000_000n } },
    ],
    'negative numbers': ['x where t covers -7..-5', { attribute: 't', covers: { min: -7n, max: -5n } }],
    'several words': ['x where a in ( b ,"c d" )', { attribute: 'a', oneOf: ['b', 'c d'] }],
    'words that are words of the language': [
      'x where and has (where, in)',
      { attribute: 'and', allOf: ['where', 'in'] },
    ],
    'quotation marks and backslashes in words': ['x where a = "\\"\\\\"', { attribute: 'a', oneOf: ['"\\'] }],
    'a cell': [`x where zone covers ${CELL}`, { attribute: 'zone', covers: { cell: CELL } }],
    'a number that looks like a cell': [
      'x where n covers 871234567890123..871234567890124',
      { attribute: 'n', covers: { min: 871_234_567_890_123n, max: 871_234_567_890_124n } },
    ],
  }
  for (const [what, [text, condition]] of Object.entries(read)) {
    it(`reads ${what}`, () => {
      expect(parseQuery(text).where).to.deep.equal([condition])
    })
  }

  it('reads a point as the cell that it lies in', () => {
    expect(parseQuery('x within 5.5 km of [5.1214, 52.0907]').within).to.deep.equal({
      km: 5.5,
      of: latLngToCell(52.0907, 5.1214, 9),
    })
  })

  const refused: Record<string, [text: string, position: number, expected: RegExp, received: string]> = {
    'nothing at all': ['', 0, /^the name of a capability$/, 'the end'],
    'a name in capitals': ['Data', 0, /^the name of a capability$/, 'Data'],
    'a condition without operator': ['x where a 5', 10, /^'<=', '>=', '=', 'in'/, '5'],
    'a list without end': ['x where a in (b', 15, /^',' or '\)'$/, 'the end'],
    'a range without end': ['x where a covers 5', 18, /^'\.\.'$/, 'the end'],
    'a day that there is not': [
      'x where a covers 2021-04-31..2021-05',
      17,
      /^a time that there is/,
      '2021-04-31..2021-05',
    ],
    'a time that ends before it begins': [
      'x where a covers 2021-04..2021-03',
      8,
      /ends after it begins/,
      'a covers 2021-04..2021-0',
    ],
    'a number after a time': ['x where a covers 2021-04..5', 26, /^a time like/, '5'],
    'a version that is compared': ['x where version >= 2', 8, /^one of some words$/, 'version >= 2'],
    'reputation above 1': ['x where reputation >= 1.5', 22, /^0 to 1/, '1.5'],
    'reputation at most': ['x where reputation <= 0.5', 19, /^'>='$/, '<= 0.5'],
    'reputation twice': [
      'x where reputation >= 0.5 and reputation >= 0.6',
      30,
      /^reputation only once$/,
      'reputation >= 0.6',
    ],
    'a distance without unit': ['x within 5', 10, /^'km'$/, 'the end'],
    'a place beyond the poles': ['x within 5 km of [0, 91]', 17, /^a longitude of at most 180/, '[0, 91]'],
    'what is no cell': ['x within 5 km of 8fff', 17, /^an H3 cell, or \[/, '8fff'],
    'the words in another order': ['x limit 5 where a = b', 10, /^the end$/, 'where a = b'],
    'a limit beyond the bound': ['x limit 65', 2, /^1 to 64$/, 'limit 65'],
    'a limit far beyond it': ['x limit 1000', 2, /^1 to 64$/, 'limit 1000'],
    'one condition too many': [
      `x where ${Array(17).fill('a >= 1').join(' and ')}`,
      0,
      /^at most 16/,
      'x where a >= 1 and a >= ',
    ],
    'a text that is too long': ['x'.repeat(MAX_QUERY_LENGTH + 1), MAX_QUERY_LENGTH, /^at most 8192/, 'x'],
  }
  for (const [what, [text, position, expected, received]] of Object.entries(refused)) {
    it(`is refused with ${what}, naming position and expectation`, () => {
      const error = failure(() => parseQuery(text))
      expect(error).to.include({ code: 'QUERY_MALFORMED', position, received })
      expect(error?.expected).to.match(expected)
    })
  }
})
