import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import fc from 'fast-check'
import {
  type Aggregation,
  aggregate,
  aggregateCoordinate,
  MAX_UPDATES,
} from '../../../agent/learning/fixed-point.ts'
import { LEARNING_RULES } from '../../../protocol/learning.ts'

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
const values = fc.array(int32, { minLength: 1, maxLength: MAX_UPDATES })
const aggregation: fc.Arbitrary<Aggregation> = fc.record({
  rule: fc.constantFrom(...LEARNING_RULES),
  trim: fc.nat(80),
  clip: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
})

/** The same rules written another way, in integers of any size and by their definitions. */
function byDefinition(values: readonly number[], { rule, trim, clip }: Aggregation): bigint {
  const clipped = values.map((value) => BigInt(value > clip ? clip : value < -clip ? -clip : value))
  const sorted = clipped.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const sum = (numbers: bigint[]) => numbers.reduce((total, number) => total + number, 0n)
  const mean = (numbers: bigint[]) => sum(numbers) / BigInt(numbers.length)
  const { length } = sorted
  if (rule === 'clipped-mean') return mean(sorted)
  const middle =
    length % 2 === 1
      ? sorted.slice((length - 1) / 2, (length + 1) / 2)
      : sorted.slice(length / 2 - 1, length / 2 + 1)
  if (rule === 'median' || 2 * trim >= length) return mean(middle)
  return mean(sorted.slice(trim, length - trim))
}

describe('fixed-point aggregation', () => {
  it('is what the rules define, in exact integers', () => {
    fc.assert(
      fc.property(values, aggregation, (list, rules) => {
        expect(BigInt(aggregateCoordinate(list, rules))).to.equal(byDefinition(list, rules))
      }),
      { numRuns: 2_000 },
    )
  })

  it('does not depend on the order of the updates', () => {
    fc.assert(
      fc.property(values, aggregation, (list, rules) => {
        const reversed = list.toReversed()
        expect(aggregateCoordinate(reversed, rules)).to.equal(aggregateCoordinate(list, rules))
      }),
    )
  })

  it('is symmetric: negated updates have the negated aggregate', () => {
    fc.assert(
      fc.property(values, aggregation, (list, rules) => {
        const negated = list.map((value) => -value)
        expect(aggregateCoordinate(negated, rules) + aggregateCoordinate(list, rules)).to.equal(0)
      }),
    )
  })

  it('never returns a negative zero, which no integer is', () => {
    expect(
      Object.is(aggregateCoordinate([-1, 0, 0], { rule: 'clipped-mean', trim: 0, clip: 9 }), 0),
    ).to.equal(true)
  })

  it('comes as near to the known answers as the fixed point allows', () => {
    const path = new URL('../../vectors/aggregators.json', import.meta.url)
    const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: Vector[] }
    const SCALE = 2 ** 16
    for (const { name, inputs, n, trim_proportion, expected } of cases) {
      const updates = inputs.map((input) => Int32Array.from(input, (value) => Math.round(value * SCALE)))
      const trim = Math.floor(trim_proportion * n)
      const answers = {
        'clipped-mean': expected.mean_unweighted,
        median: expected.median,
        'trimmed-mean': expected.trimmed_mean,
      }
      for (const rule of LEARNING_RULES) {
        const result = aggregate(updates, { rule, trim, clip: 2 ** 31 - 1 })
        for (const [i, answer] of answers[rule].entries()) {
          // Half a unit for each input, and one for the last rounding.
          expect((result[i] ?? Number.NaN) / SCALE, `${name}, ${rule}, ${i}`).to.be.closeTo(
            answer,
            1.5 / SCALE,
          )
        }
      }
    }
  })

  it('aggregates vectors coordinate by coordinate', () => {
    const updates = [Int32Array.of(1, 40), Int32Array.of(2, -50), Int32Array.of(9, 60)]
    expect([...aggregate(updates, { rule: 'median', trim: 0, clip: 45 })]).to.deep.equal([2, 40])
    expect([...aggregate([new Int32Array(0)], { rule: 'median', trim: 0, clip: 1 })]).to.deep.equal([])
  })

  it('refuses nothing, too much, and what does not fit together', () => {
    const rules: Aggregation = { rule: 'median', trim: 0, clip: 1 }
    expect(() => aggregateCoordinate([], rules)).to.throw(RangeError)
    expect(() => aggregateCoordinate(Array(MAX_UPDATES + 1).fill(0), rules)).to.throw(RangeError)
    expect(() => aggregate([], rules)).to.throw(RangeError)
    expect(() => aggregate([Int32Array.of(1), Int32Array.of(1, 2)], rules)).to.throw(RangeError)
  })
})

interface Vector {
  name: string
  inputs: number[][]
  n: number
  trim_proportion: number
  expected: { mean_unweighted: number[]; median: number[]; trimmed_mean: number[] }
}
