import { expect } from 'chai'
import fc from 'fast-check'
import { fareOf, usualTariff } from '../../../../agent/market/rides/fare.ts'
import { haversine, type LonLat } from '../../../../agent/market/rides/haversine.ts'
import { type PoolRider, type PoolRules, pool } from '../../../../agent/market/rides/pooling.ts'

const metresBetween = (from: LonLat, to: LonLat) => 1.3 * haversine(from, to)
const rules: PoolRules = { metresBetween, speed: 5, tariff: usualTariff, driversPart: 2_000n }
const PLENTY = 10n ** 12n
const rider = (from: number, to: number, limits: Partial<PoolRider> = {}): PoolRider => ({
  from: [from / 1000, 0],
  to: [to / 1000, 0],
  maxDetour: 1e6,
  maxFare: PLENTY,
  ...limits,
})
const alone = ({ from, to }: PoolRider) => {
  const metres = 1.3 * haversine(from, to)
  return fareOf({ metres: Math.round(metres), seconds: Math.round(metres / 5) }, usualTariff)
}

describe('pool', () => {
  it('takes one along who is on the way, and all three gain', () => {
    const riders = [rider(0, 40), rider(10, 30)] as const
    const shared = pool(riders, rules)
    expect(shared?.stops).to.deep.equal([
      { rider: 0, kind: 'pick-up' },
      { rider: 1, kind: 'pick-up' },
      { rider: 1, kind: 'drop-off' },
      { rider: 0, kind: 'drop-off' },
    ])
    expect(shared?.detours[0]).to.be.closeTo(0, 1e-6)
    expect(shared?.metres).to.be.closeTo(1.3 * haversine([0, 0], [0.04, 0]), 1e-6)
    // The whole way is the first rider's, so what the second would pay alone is saved: a fifth for the driver.
    const saved = alone(riders[1])
    expect(shared?.driversGain).to.equal(saved - 2n * ((saved - saved / 5n) / 2n))
    expect(shared?.fares[1]).to.equal(alone(riders[1]) - (shared?.savings[1] ?? 0n))
  })

  it('leaves those alone who would pay more, go further than they bear, or go apart', () => {
    const along = [rider(0, 40), rider(10, 50)] as const
    expect(pool(along, rules)).to.not.equal(undefined)
    expect(pool([along[0], { ...along[1], maxFare: 1n }], rules)).to.equal(undefined)
    const aside: PoolRider = { ...rider(10, 30), from: [0.01, 0.002] }
    expect(pool([along[0], aside], rules)).to.not.equal(undefined)
    const [near, firm] = [
      { ...aside, maxDetour: 10 },
      { ...along[0], maxDetour: 10 },
    ]
    expect(pool([firm, aside], rules)?.stops[0]?.rider, 'the other one goes round').to.equal(1)
    expect(pool([firm, near], rules)).to.equal(undefined)
    expect(pool([rider(0, 40), rider(0, -40)], rules)).to.equal(undefined)
    expect(pool(along, { ...rules, driversPart: 0n }), 'the driver gains nothing').to.equal(undefined)
  })

  it('never makes anybody worse off, loses no unit, and is the same whoever comes first', () => {
    const place = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 60 }))
    const anyRider = fc
      .record({ from: place, to: place, maxDetour: fc.integer({ min: 0, max: 5000 }) })
      .map(({ from, to, maxDetour }): PoolRider => {
        const degrees = ([x, y]: [number, number]): LonLat => [x / 1000, y / 1000]
        return { from: degrees(from), to: degrees(to), maxDetour, maxFare: PLENTY }
      })
    let shared = 0
    fc.assert(
      fc.property(anyRider, anyRider, (a, b) => {
        const result = pool([a, b], rules)
        const other = pool([b, a], rules)
        expect(other?.metres).to.equal(result?.metres)
        if (result === undefined) return
        shared++
        const { fares, savings, detours, metres, driversGain } = result
        const way = fareOf({ metres: Math.round(metres), seconds: Math.round(metres / 5) }, usualTariff)
        expect(fares[0] + fares[1]).to.equal(way + driversGain)
        expect(driversGain > 0n).to.equal(true)
        for (const [index, own] of [a, b].entries()) {
          expect((fares[index] ?? 0n) + (savings[index] ?? 0n)).to.equal(alone(own))
          expect((savings[index] ?? 0n) > 0n).to.equal(true)
          expect(detours[index]).to.be.at.most(own.maxDetour)
        }
      }),
      { numRuns: 500 },
    )
    expect(shared, 'some of them do share').to.be.above(20)
  })
})
