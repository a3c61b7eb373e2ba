import { expect } from 'chai'
import fc from 'fast-check'
import { type AggregationOptions, aggregationRule, aggregationRules } from '../../../../agent/index.ts'
import { at, permutation, round } from './support.ts'

const RULES = Object.keys(aggregationRules)
const MIXED = ['nnm+trimmed-mean', 'nnm+median', 'nnm+geometric-median']
const BUCKETED = ['bucketing+median', 'bucketing+trimmed-mean', 'nnm+bucketing+geometric-median']
/** The geometric median ends where a step is short, which is not exactly at the same place. */
const TOLERANCE = 1e-6

describe('aggregation rules, whatever the updates', () => {
  for (const name of [...RULES, ...MIXED, ...BUCKETED]) {
    const aggregate = aggregationRule(name)

    it(`${name}: moves with the updates`, () => {
      fc.assert(
        fc.property(round, fc.double({ min: -10, max: 10, noNaN: true }), ({ updates, options }, shift) => {
          const moved = updates.map((update) => update.map((value) => value + shift))
          const expected = aggregate(updates, options).map((value) => value + shift)
          expectNear(aggregate(moved, options), expected)
        }),
      )
    })

    it(`${name}: grows with the updates, and turns with their sign`, () => {
      // Powers of two, so that nothing is rounded on the way. Of a nearest pair Bulyan takes the lower one first.
      const factors = name === 'bulyan' ? [0.125, 8] : [-4, -1, 0.125, 8]
      fc.assert(
        fc.property(round, fc.constantFrom(...factors), ({ updates, options }, factor) => {
          const grown = updates.map((update) => update.map((value) => value * factor))
          const expected = aggregate(updates, options).map((value) => value * factor)
          expectNear(aggregate(grown, scaled(options, Math.abs(factor))), expected)
        }),
      )
    })

    it(`${name}: makes of identical updates this update`, () => {
      fc.assert(
        fc.property(round, ({ updates, options }) => {
          const [one = new Float64Array()] = updates
          expectNear(
            aggregate(
              updates.map(() => one),
              options,
            ),
            one,
          )
        }),
      )
    })

    it(`${name}: is the same in float32 where float32 holds the updates, and changes none`, () => {
      fc.assert(
        fc.property(round, ({ updates, options }) => {
          const singles = updates.map((update) => Float32Array.from(update))
          const doubles = singles.map((update) => Float64Array.from(update))
          const before = structuredClone(singles)
          expect(aggregate(singles, options)).to.deep.equal(aggregate(doubles, options))
          expect(singles).to.deep.equal(before)
        }),
      )
    })
  }

  for (const name of [...RULES, ...MIXED]) {
    it(`${name}: does not depend on the sequence`, () => {
      const aggregate = aggregationRule(name)
      const shuffled = round.chain((each) => fc.tuple(fc.constant(each), permutation(each.updates.length)))
      fc.assert(
        fc.property(shuffled, ([{ updates, options }, order]) => {
          const pick = <T>(values: readonly T[]) => order.flatMap((place) => values.slice(place, place + 1))
          const numExamples = pick(options.numExamples ?? [])
          expectNear(aggregate(pick(updates), { ...options, numExamples }), aggregate(updates, options))
        }),
      )
    })
  }

  it('bucketing: depends on the sequence by the order alone', () => {
    const aggregate = aggregationRule('bucketing+median')
    const ordered = round.chain((each) => fc.tuple(fc.constant(each), permutation(each.updates.length)))
    fc.assert(
      fc.property(ordered, ([{ updates, options }, bucketOrder]) => {
        const inOrder = bucketOrder.flatMap((place) => updates.slice(place, place + 1))
        expectNear(aggregate(updates, { ...options, bucketOrder }), aggregate(inOrder, options))
      }),
    )
  })
})

/** Settings in the unit of the updates, in another unit. */
function scaled(options: AggregationOptions, factor: number): AggregationOptions {
  const { smoothing = 1, radius = 1 } = options
  return { ...options, smoothing: smoothing * factor, radius: radius * factor }
}

function expectNear(actual: Float64Array, expected: Float64Array): void {
  expect(actual.length).to.equal(expected.length)
  for (const [i, value] of expected.entries()) expect(at(actual, i)).to.be.closeTo(value, TOLERANCE)
}
