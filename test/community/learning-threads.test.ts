import { expect } from 'chai'
import fc from 'fast-check'
import {
  aggregateInFixedPoint,
  aggregationRule,
  type FixedPointAggregation,
  simulateLearning,
} from '../../agent/index.ts'
import { uniformDraws } from '../../agent/market/uniform-draws.ts'
import { LearningThreads, simulateInThreads } from '../../community/learning-threads.ts'
import { SEED } from '../seed.ts'

/** More than two chunks, and a part of one. */
const LENGTH = 2 ** 17 + 12_345

describe('threads of learning', function () {
  this.timeout(60_000)

  const aggregation: FixedPointAggregation = { rule: 'trimmed-mean', trim: 1, clip: 2 ** 30 }
  const draw = uniformDraws(SEED)
  const updates = Array.from({ length: 5 }, () =>
    Int32Array.from({ length: LENGTH }, () => Math.floor((draw() - 0.5) * 2 ** 32)),
  )

  it(`aggregate to the same bits, however many, and in whatever order updates come (seed ${SEED})`, async () => {
    const expected = aggregateInFixedPoint(updates, aggregation)
    for (const count of [1, 2, 3]) {
      await using threads = new LearningThreads(count)
      const order = fc.sample(fc.shuffledSubarray(updates, { minLength: 5 }), {
        seed: SEED + count,
        numRuns: 1,
      })
      // Two at a time, so that the questions of both mingle.
      const both = [updates, order[0] ?? []].map((each) => threads.aggregate(each, aggregation))
      for (const found of await Promise.all(both)) expect(found).to.deep.equal(expected)
    }
  })

  it('refuse what cannot be aggregated, as without threads', async () => {
    await using threads = new LearningThreads(2)
    const odd = [Int32Array.of(1), Int32Array.of(1, 2)]
    const many = Array.from({ length: 65 }, () => Int32Array.of(1))
    for (const faulty of [[], odd, many]) {
      const failed = await threads.aggregate(faulty, aggregation).catch((error: unknown) => error)
      expect(failed).to.be.instanceOf(RangeError)
      expect(() => aggregateInFixedPoint(faulty, aggregation)).to.throw(RangeError, (failed as Error).message)
    }
  })

  it(`train to the same bits, however many (seed ${SEED})`, async () => {
    const draw = uniformDraws(SEED)
    const examples = (rows: number) => ({
      rows,
      inputs: Float32Array.from({ length: rows * 6 }, draw),
      targets: Float32Array.from({ length: rows }, () => Math.floor(draw() * 3)),
    })
    const simulation = {
      training: examples(90),
      test: examples(30),
      classes: 3,
      clients: 7,
      byzantine: 2,
      attack: { name: 'mimic' as const },
      trigger: [],
      rule: aggregationRule('bucketing+median'),
      split: 'noniid' as const,
      rounds: 7,
      seed: SEED,
    }
    const expected = [...simulateLearning(simulation)]
    for (const count of [1, 2, 3]) {
      const found: unknown[] = []
      for await (const round of simulateInThreads(simulation, count)) found.push(round)
      expect(found, `${count} threads`).to.deep.equal(expected)
    }
  })

  it('say what the training of a client fails by', async () => {
    await using threads = new LearningThreads(2)
    const examples = { rows: 1, inputs: Float32Array.of(Number.NaN), targets: Float32Array.of(0) }
    const learner = { widths: [1, 2], batchSize: 1, learningRate: 1 }
    const failed = await threads
      .train(learner, new Float32Array(4), [{ client: 0, examples, seed: 1 }])
      .catch((error: unknown) => error)
    expect(failed).to.have.property('code', 'NOT_FINITE')
  })
})
