import { expect } from 'chai'
import fc from 'fast-check'
import { aggregationRule } from '../../../../agent/index.ts'
import { apart, at, round } from './support.ts'

/** The same rule written another way: every score from scratch, and the nearest values by a sort. */
function byDefinition(updates: readonly Float64Array[], f: number): number[] {
  const left = [...updates]
  const chosen: Float64Array[] = []
  while (chosen.length < updates.length - 2 * f) {
    const scores = left.map((each) => {
      const squares = left.filter((other) => other !== each).map((other) => apart(each, other) ** 2)
      return sum(squares.sort((a, b) => a - b).slice(0, Math.max(left.length - f - 2, 1)))
    })
    // Of a pair whose nearest are one another the scores are the same, but for the last digits.
    const tied = left.filter((_, i) => at(scores, i) - Math.min(...scores) < 1e-12)
    const [best = new Float64Array()] = tied.sort((a, b) => at(a, 0) - at(b, 0))
    chosen.push(...left.splice(left.indexOf(best), 1))
  }
  return Array.from(updates[0] ?? [], (_, coordinate) => {
    const values = chosen.map((each) => at(each, coordinate)).sort((a, b) => a - b)
    const [low, high] = [(values.length - 1) >> 1, values.length >> 1]
    const centre = (at(values, low) + at(values, high)) / 2
    const nearest = values.sort((a, b) => Math.abs(a - centre) - Math.abs(b - centre))
    return sum(nearest.slice(0, updates.length - 4 * f)) / (updates.length - 4 * f)
  })
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

describe('Bulyan', () => {
  it('is what its paper defines', () => {
    fc.assert(
      fc.property(round, ({ updates, options }) => {
        const result = aggregationRule('bulyan')(updates, options)
        for (const [i, value] of byDefinition(updates, options.f).entries()) {
          expect(at(result, i)).to.be.closeTo(value, 1e-9)
        }
      }),
      { numRuns: 500 },
    )
  })
})
