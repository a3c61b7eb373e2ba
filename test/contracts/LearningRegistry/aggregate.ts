/** The contract's rules beside the readable ones of the agent: the same to the bit. */
import { type Aggregation, aggregateCoordinate } from '../../../agent/learning/fixed-point.ts'
import { LEARNING_RULES } from '../../../protocol/learning.ts'
import { expect, loadFixture } from '../base.ts'
import { deployLearning } from './fixture.ts'

const SEED = Number(process.env.MESH_TEST_SEED ?? 20_240_817)
const CASES = 400
const LIMIT = 2 ** 31

/** Mulberry32: small, and enough to choose test cases. */
function generator(seed: number) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

describe('LearningRegistry: aggregate', () => {
  it(`equals the readable rules on ${CASES} random coordinates (seed ${SEED})`, async () => {
    const d = await loadFixture(deployLearning)
    const random = generator(SEED)
    const below = (limit: number) => Math.floor(random() * limit)
    for (let i = 0; i < CASES; i++) {
      // Small spreads make ties, odd means and zeros; large ones reach the ends of the type.
      const spread = [3, 100, LIMIT][below(3)] ?? 3
      const values = Array.from({ length: 1 + below(64) }, () => below(2 * spread) - spread)
      const aggregation: Aggregation = {
        rule: LEARNING_RULES[below(3)] ?? 'median',
        trim: below(40),
        clip: 1 + below(Math.min(spread * 2, LIMIT - 1)),
      }
      const rule = LEARNING_RULES.indexOf(aggregation.rule)
      const onChain = await d.rounds.aggregate(rule, aggregation.trim, aggregation.clip, values)
      expect(onChain, JSON.stringify({ values, aggregation })).to.equal(
        aggregateCoordinate(values, aggregation),
      )
    }
  })

  const known: [rule: number, trim: number, clip: number, values: number[], expected: number][] = [
    [0, 0, 10, [7], 7],
    [0, 9, 10, [1, 2, 4], 2],
    [0, 0, 10, [-1, -2, -4], -2],
    [0, 0, 10, [1_000, -3], 3],
    [1, 0, 10, [5, -9, 2], 2],
    [1, 0, 10, [1, 2], 1],
    [1, 0, 10, [-1, -2], -1],
    [1, 0, 3, [9, 8, 7], 3],
    [2, 1, 100, [50, -50, 3, 4], 3],
    [2, 2, 100, [9, -50, 3], 3],
    [2, 0, 100, [1, 2, 6], 3],
    [2, 31, 2 ** 31 - 1, Array.from({ length: 64 }, (_, i) => (i % 2 === 0 ? 2 ** 31 - 1 : -(2 ** 31))), 0],
    [0, 0, 2 ** 31 - 1, Array.from({ length: 64 }, () => -(2 ** 31)), -(2 ** 31 - 1)],
  ]
  for (const [rule, trim, clip, values, expected] of known) {
    it(`by rule ${rule}, trim ${trim}, clip ${clip} of ${values.length} values from ${values[0]} is ${expected}`, async () => {
      const d = await loadFixture(deployLearning)
      expect(await d.rounds.aggregate(rule, trim, clip, values)).to.equal(expected)
      const readable = aggregateCoordinate(values, { rule: LEARNING_RULES[rule] ?? 'median', trim, clip })
      expect(readable).to.equal(expected)
    })
  }

  it('panics on nothing', async () => {
    const d = await loadFixture(deployLearning)
    await expect(d.rounds.aggregate(0, 0, 1, [])).to.be.revertedWithPanic(0x11)
  })
})
