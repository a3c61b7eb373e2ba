import { expect } from 'chai'
import fc from 'fast-check'
import { type Examples, mlp, sgd } from '../../../../agent/learning/models/index.ts'
import { quantise } from '../../../../agent/learning/rounds/quantise.ts'
import { type Evaluation, scoreUpdate, scoreUpdates } from '../../../../agent/learning/rounds/scores.ts'
import { train } from '../../../../agent/learning/training/index.ts'
import { uniformDraws } from '../../../../agent/market/uniform-draws.ts'
import { SEED } from '../../../seed.ts'

const SCALE = 2 ** 20
const CLIP = 2 ** 30

/** Points of a plane, of one class above a line and of another below. */
function points(rows: number, seed: number): Examples {
  const draw = uniformDraws(seed)
  const inputs = Float32Array.from({ length: 2 * rows }, () => 2 * draw() - 1)
  const above = (row: number) => (inputs[2 * row] ?? 0) + (inputs[2 * row + 1] ?? 0) > 0
  return { rows, inputs, targets: Float32Array.from({ length: rows }, (_, row) => Number(above(row))) }
}

const model = mlp([2, 8, 2])
const base = model.initialise(uniformDraws(SEED))
const evaluation: Evaluation = {
  ...{ model, base, examples: points(200, SEED + 1), scale: SCALE, damping: 20, maxNorm: 10 },
}
/** What somebody with data of their own would send. */
function updateOf(seed: number): Int32Array {
  const local = { epochs: 1, batchSize: 8, optimiser: sgd(0.1) }
  const trained = train(model, base, points(64, seed), local, uniformDraws(seed))
  return quantise(
    trained.map((value, i) => value - (base[i] ?? 0)),
    SCALE,
    CLIP,
  )
}
const honest = updateOf(SEED + 2)
const times = (update: Int32Array, factor: number) => update.map((value) => Math.round(value * factor))

describe(`what an update is worth (seed ${SEED})`, () => {
  it('is more than nothing where somebody trained, nothing of nothing, and less of the opposite', () => {
    expect(scoreUpdate(evaluation, honest)).to.be.greaterThan(100)
    expect(scoreUpdate(evaluation, new Int32Array(model.size))).to.equal(0)
    expect(scoreUpdate(evaluation, times(honest, -1))).to.be.lessThan(-100)
  })

  it('is the loss before less the loss after a small step, in millionths', () => {
    const after = Float64Array.from(base, (value, i) => value + (honest[i] ?? 0) / SCALE / 20)
    const gain =
      model.loss(Float64Array.from(base), evaluation.examples) - model.loss(after, evaluation.examples)
    const length = Math.hypot(...honest) / SCALE
    expect(length).to.be.lessThan(evaluation.maxNorm)
    expect(scoreUpdate(evaluation, honest)).to.equal(Math.floor(gain * 1e6))
  })

  it('does not grow by exaggeration', () => {
    const score = (factor: number) => scoreUpdate({ ...evaluation, maxNorm: 0.01 }, times(honest, factor))
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), (factor) => {
        expect(score(factor)).to.be.closeTo(score(1), 2)
      }),
      { seed: SEED },
    )
  })

  it('is as much for five fifths of an update as for the whole', () => {
    const pieces = [0, 1, 2, 3, 4].map(() => times(honest, 0.2))
    const sum = pieces.reduce((total, piece) => total + scoreUpdate(evaluation, piece), 0)
    expect(sum / scoreUpdate(evaluation, honest)).to.be.within(0.95, 1.05)
  })

  it('is the least where the loss is no number, and never none', () => {
    const lost = { ...evaluation, model: { ...model, loss: () => Number.NaN } }
    expect(scoreUpdate(lost, honest)).to.equal(-(2 ** 31 - 1))
  })

  it('is nothing for what does not count', () => {
    const other = updateOf(SEED + 3)
    const scores = scoreUpdates(evaluation, [honest, undefined, other])
    expect(scores).to.deep.equal([scoreUpdate(evaluation, honest), 0, scoreUpdate(evaluation, other)])
  })

  it('does not depend on the others, so it is known beforehand', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 31 }), (seed) => {
        const canary = updateOf(SEED + 3)
        expect(scoreUpdates(evaluation, [updateOf(seed), canary])[1]).to.equal(
          scoreUpdate(evaluation, canary),
        )
      }),
      { seed: SEED, numRuns: 20 },
    )
  })
})
