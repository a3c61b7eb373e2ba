import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import { Roof, toSell } from '../../examples/solar-home/roof.ts'

const csv = readFileSync(new URL('../../data/energy/hamlet_16homes_15min.csv', import.meta.url), 'utf8')
const HOME = { load: 'hh_2687_0_load_wh', pv: 'pv3_wh_per_kwp' }
const at = (time: string) => BigInt(Date.parse(time) / 1000)

describe('the roof of the example home', () => {
  const roof = new Roof(csv, HOME, 8)

  it('measures what the file says, in the last week of it', () => {
    const line = csv.split('\n').find((each) => each.startsWith('2021-03-24T11:00Z')) ?? ''
    const cells = line.split(',')
    const column = (name: string) => Number(cells[(csv.split('\n')[0] ?? '').trim().split(',').indexOf(name)])
    const left = 8 * column(HOME.pv) - column(HOME.load)
    expect(roof.measures(at('2021-03-24T11:00Z'))).to.be.closeTo(left, 1e-9)
    // The same time of any other week, before and after.
    for (const time of ['2021-03-10T11:00Z', '2026-11-25T11:00Z', '2021-03-24T11:07Z']) {
      expect(roof.measures(at(time)), time).to.be.closeTo(left, 1e-9)
    }
  })

  it('expects nothing of the sun at night, and forecasts noon better than that it stays as it was', () => {
    expect(roof.expects(at('2021-03-24T01:00Z'))).to.be.below(0)
    let [own, persistent] = [0, 0]
    for (let start = at('2021-03-22T00:00Z'); start < at('2021-03-29T00:00Z'); start += 900n) {
      const measured = roof.measures(start)
      own += Math.abs(roof.expects(start) - measured)
      persistent += Math.abs(roof.measures(start - 86_400n) - measured)
    }
    expect(own).to.be.below(persistent)
  })

  it('is made of no readings that are none', () => {
    for (const [text, columns] of [
      [csv, { ...HOME, pv: 'pv9' }],
      [csv.slice(0, 2_000), HOME],
      [csv.replace('2021-03-09T00:00Z,', '2021-03-09T00:00Z,-'), { ...HOME, load: 'hh_2012_3_load_wh' }],
      ['', HOME],
    ] as const) {
      expect(() => new Roof(text, columns, 8)).to.throw('The readings cannot be used.')
    }
  })
})

describe('what the example home sells', () => {
  it('is a part of what it expects, and nothing that it lacks', () => {
    expect(toSell(1000, 0.8)).to.equal(800n)
    expect(toSell(-5, 0.8)).to.equal(0n)
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (wh, share) => {
          expect(Number(toSell(wh, share))).to.be.within(0, Math.max(0, wh))
        },
      ),
      { verbose: 1 },
    )
  })

  it('is nothing that is no number', () => {
    for (const [wh, share] of [
      [Number.NaN, 0.8],
      [Number.POSITIVE_INFINITY, 0.8],
      [1, 1.1],
      [1, -0.1],
      [1, Number.NaN],
    ] as const) {
      expect(() => toSell(wh, share)).to.throw(RangeError)
    }
  })
})
