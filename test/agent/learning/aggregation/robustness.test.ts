import { expect } from 'chai'
import fc from 'fast-check'
import { type AggregationOptions, aggregationRule, krumScores } from '../../../../agent/index.ts'
import { apart, at, meanOf, round } from './support.ts'

interface Attacked {
  honest: Float64Array[]
  byzantine: Float64Array[]
  /** All of them, the Byzantine ones in front. */
  updates: Float64Array[]
  options: AggregationOptions & { f: number }
}

/** Rounds of which f updates are replaced. */
function attacked(value: fc.Arbitrary<number>): fc.Arbitrary<Attacked> {
  return round.chain(({ updates, options }) => {
    const d = updates[0]?.length ?? 0
    const vector = fc.array(value, { minLength: d, maxLength: d }).map((values) => Float64Array.from(values))
    return fc.array(vector, { minLength: options.f, maxLength: options.f }).map((byzantine) => {
      const honest = updates.slice(options.f)
      return { honest, byzantine, updates: [...byzantine, ...honest], options }
    })
  })
}

/** Anything that a double can be. */
const arbitrary = attacked(fc.double({ noNaN: true, noDefaultInfinity: true }))
/** Far from what is honest in every coordinate; on one side, so that attackers may stand together. */
const far = attacked(fc.double({ min: 1e4, max: 1e9, noNaN: true }))

describe('aggregation rules under attack', () => {
  for (const name of ['median', 'trimmed-mean', 'bucketing+median', 'bucketing+trimmed-mean']) {
    it(`${name}: stays in the range of the honest, whatever f others send`, () => {
      fc.assert(
        fc.property(arbitrary, ({ honest, updates, options }) => {
          // Of the buckets fewer than half may hold a Byzantine update.
          fc.pre(!name.startsWith('bucketing') || Math.ceil(updates.length / 2) > 2 * options.f)
          let result: Float64Array
          try {
            result = aggregationRule(name)(updates, options)
          } catch (error) {
            // A bucket's sum of the largest doubles is none any more.
            expect(error).to.include({ code: 'AGGREGATE_OVERFLOW' })
            return
          }
          expectInRange(result, honest)
        }),
      )
    })
  }

  it('krum: is one of the updates, whatever f others send', () => {
    fc.assert(
      fc.property(arbitrary, ({ updates, options }) => {
        expect(updates).to.deep.include(aggregationRule('krum')(updates, options))
      }),
    )
  })

  it('krum: is an honest update where the others are far, even if they stand together', () => {
    fc.assert(
      fc.property(far, ({ honest, updates, byzantine, options }) => {
        const together = updates.map((update, i) => (i < options.f ? (byzantine[0] ?? update) : update))
        expect(honest).to.deep.include(aggregationRule('krum')(together, options))
      }),
    )
  })

  for (const name of ['multi-krum', 'nnm+trimmed-mean', 'nnm+geometric-median', 'nnm+krum']) {
    it(`${name}: is the mean of the honest where the others are far`, () => {
      fc.assert(
        fc.property(far, ({ honest, updates, options }) => {
          const result = aggregationRule(name)(updates, options)
          expect(apart(result, meanOf(honest))).to.be.below(1e-6)
        }),
      )
    })
  }

  it('bulyan: stays in the range of the honest where the others are far', () => {
    fc.assert(
      fc.property(far, ({ honest, updates, options }) => {
        expectInRange(aggregationRule('bulyan')(updates, options), honest)
      }),
    )
  })

  it('geometric median: stays as near to the honest as is proven, whatever f others send', () => {
    // Of the sum of distances: from any point, 2 (n - f) / (n - 2f) times the farthest honest update from it.
    fc.assert(
      fc.property(attacked(fc.double({ min: -1e100, max: 1e100, noNaN: true })), (round) => {
        const { honest, updates, options } = round
        const centre = meanOf(honest)
        const radius = Math.max(...honest.map((update) => apart(update, centre)))
        const bound = ((2 * honest.length) / (honest.length - options.f)) * radius
        const result = aggregationRule('geometric-median')(updates, options)
        expect(apart(result, centre)).to.be.at.most(bound + 1e-6)
      }),
    )
  })

  it('centred clipping: is moved by f updates no farther than f radii of n', () => {
    fc.assert(
      fc.property(attacked(fc.double({ min: -1e300, max: 1e300, noNaN: true })), (round) => {
        const { honest, updates, options } = round
        const settings: AggregationOptions = { ...options, start: 'zero' }
        const clip = aggregationRule('centred-clipping')
        const without = updates.map((update, i) => (i < options.f ? new Float64Array(update.length) : update))
        const moved = apart(clip(updates, settings), clip(without, settings))
        expect(moved).to.be.at.most((options.f * 0.5) / (honest.length + options.f) + 1e-12)
      }),
    )
  })

  it('the mean and FedAvg are moved anywhere by one update, but by examples only as far as is allowed', () => {
    const updates = [Float64Array.of(1), Float64Array.of(1), Float64Array.of(1e9)]
    expect(at(aggregationRule('mean')(updates, {}), 0)).to.be.above(1e8)
    const liar = [Float64Array.of(0), Float64Array.of(0), Float64Array.of(1)]
    const numExamples = [100, 100, 1e9]
    expect(at(aggregationRule('fedavg')(liar, { numExamples }), 0)).to.be.above(0.999)
    expect(at(aggregationRule('fedavg')(liar, { numExamples, maxExamples: 200 }), 0)).to.equal(0.5)
  })

  it('distances keep their digits where the updates are large and alike', () => {
    const offsets = [0, 1, 2, 3.5, 10]
    const scores = krumScores(
      offsets.map((offset) => Float64Array.of(offset, 1e7)),
      { f: 1 },
    )
    const shifted = offsets.map((offset) => Float32Array.of(offset + 2 ** 20, 1e7))
    expect(krumScores(shifted, { f: 1 })).to.deep.equal(scores)
  })
})

/** Within rounding, each coordinate lies between the least and the largest of the honest. */
function expectInRange(result: Float64Array, honest: readonly Float64Array[]): void {
  for (const [i, value] of result.entries()) {
    const values = honest.map((update) => at(update, i))
    expect(value).to.be.within(Math.min(...values) - 1e-12, Math.max(...values) + 1e-12)
  }
}
