import { expect } from 'chai'
import fc from 'fast-check'
import {
  type Address,
  aggregationRule,
  bucketedAggregate,
  drawBuckets,
  meanOfSum,
  secureSumSession,
} from '../../../../../agent/index.ts'
import { uniformDraws } from '../../../../../agent/market/uniform-draws.ts'
import { ConfigError } from '../../../../../protocol/errors.ts'
import { SEED } from '../../../../seed.ts'
import { addressOf, runSum } from './support.ts'

const addresses = (count: number) => Array.from({ length: count }, (_, i) => addressOf(i))

describe('secure sums over buckets', () => {
  it(`puts everybody into one bucket, of sizes that differ by one at most (seed ${SEED})`, () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 100 }),
        fc.integer({ min: 3, max: 20 }),
        fc.integer(),
        (count, size, seed) => {
          fc.pre(size <= count)
          const buckets = drawBuckets(addresses(count), size, uniformDraws(seed))
          expect(buckets.flat().sort()).to.deep.equal(addresses(count).sort())
          const sizes = buckets.map((bucket) => bucket.length)
          expect(Math.min(...sizes)).to.be.at.least(size)
          expect(Math.max(...sizes) - Math.min(...sizes)).to.be.at.most(1)
        },
      ),
      { seed: SEED },
    )
  })

  it('refuses buckets in which one would know the other, and such as nobody fills', () => {
    for (const [count, size] of [
      [20, 2],
      [5, 6],
    ] as const) {
      expect(() => drawBuckets(addresses(count), size, uniformDraws(1)))
        .to.throw(ConfigError)
        .with.property('field', 'size')
    }
  })

  it(`keep what an attacker does in its bucket: the rule stays with the honest (seed ${SEED})`, async () => {
    const [count, unit, bound] = [15, 0.01, 100_000]
    const attackers = new Set([addressOf(2), addressOf(11)])
    // Every honest update is near (1, -1); attackers send the largest that is allowed.
    const inputOf = (address: Address) =>
      attackers.has(address) ? Int32Array.of(bound, bound) : Int32Array.of(100 + (Number(address) % 3), -100)
    const buckets = drawBuckets(addresses(count), 3, uniformDraws(SEED))
    const sums = await Promise.all(
      buckets.map((participants, i) => {
        const session = secureSumSession({ id: new Uint8Array(32).fill(i), participants, length: 2, bound })
        return runSum(session, participants.map(inputOf), [], SEED, {})
      }),
    )
    for (const [i, sum] of sums.entries()) {
      const isSpoilt = buckets[i]?.some((address) => attackers.has(address))
      expect(Math.abs(meanOfSum(sum, unit)[1] ?? 0) > 2, `bucket ${i}`).to.equal(isSpoilt)
    }
    for (const rule of ['median', 'trimmed-mean']) {
      const [one = 0, other = 0] = bucketedAggregate(sums, unit, aggregationRule(rule), { f: 2 })
      expect(one).to.be.within(1, 1.02)
      expect(other).to.be.closeTo(-1, 1e-9)
    }
    // Without the rule they win.
    expect(Math.abs(bucketedAggregate(sums, unit, aggregationRule('mean'))[1] ?? 0)).to.be.above(2)
  })
})
