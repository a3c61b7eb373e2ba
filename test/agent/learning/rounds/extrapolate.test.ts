import { expect } from 'chai'
import fc from 'fast-check'
import { linearRegression, mlp } from '../../../../agent/learning/models/index.ts'
import { extrapolate } from '../../../../agent/learning/rounds/extrapolate.ts'
import { quantise } from '../../../../agent/learning/rounds/quantise.ts'
import { scoreUpdate } from '../../../../agent/learning/rounds/scores.ts'
import { uniformDraws } from '../../../../agent/market/uniform-draws.ts'
import { failure } from '../../../protocol/support/failure.ts'
import { SEED } from '../../../seed.ts'

const SCALE = 2 ** 20
/** A weight and a constant: what it tells of 1 is their sum. */
const line = linearRegression(1)
const six = { rows: 1, inputs: Float32Array.of(1), targets: Float32Array.of(6) }

describe(`a model moved on along its last change (seed ${SEED})`, () => {
  it('goes to where the loss is lowest in that direction', () => {
    const { parameters, step } = extrapolate(line, Float32Array.of(1, 1), Float32Array.of(1, 1), six)
    expect({ parameters: [...parameters], step }).to.deep.equal({ parameters: [3, 3], step: 2 })
    const short = extrapolate(line, Float32Array.of(1, 1), Float32Array.of(8, 8), six)
    expect(short.step).to.be.closeTo(0.25, 2 ** -16)
  })

  it('stays where it is when more of the change would make it worse, or nothing changed', () => {
    for (const change of [Float32Array.of(-1, 0), Float32Array.of(0, 0)]) {
      const base = Float32Array.of(1, 1)
      const { parameters, step } = extrapolate(line, base, change, six)
      expect({ parameters: [...parameters], step }).to.deep.equal({ parameters: [1, 1], step: 0 })
      expect(parameters).to.not.equal(base)
    }
  })

  it('goes no farther than 64 lengths', () => {
    const far = { ...six, targets: Float32Array.of(1000) }
    expect(extrapolate(line, Float32Array.of(0, 0), Float32Array.of(1, 0), far).step).to.equal(64)
  })

  it('leaves nothing to be paid for the same change once more, and is no worse', () => {
    const model = mlp([3, 4, 2])
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const draw = uniformDraws(seed)
        const base = model.initialise(draw)
        const examples = {
          rows: 20,
          inputs: Float32Array.from({ length: 60 }, () => draw() - 0.5),
          targets: Float32Array.from({ length: 20 }, () => Math.floor(2 * draw())),
        }
        const change = base.map(() => (draw() - 0.5) / 10)
        const { parameters, step } = extrapolate(model, base, change, examples)
        expect(model.loss(parameters, examples)).to.be.at.most(model.loss(base, examples) + 1e-6)
        const evaluation = { model, base: parameters, examples, scale: SCALE, damping: 20, maxNorm: 1 }
        // At 64 lengths it may still go downwards, and where the slope was 0 the step rounds to a millionth.
        if (step < 64) expect(scoreUpdate(evaluation, quantise(change, SCALE, SCALE))).to.be.at.most(1)
      }),
      { seed: SEED, numRuns: 50 },
    )
  })

  it('is refused what does not fit, or is no number', () => {
    const [base, change] = [Float32Array.of(1, 1), Float32Array.of(1, 1)]
    const none = { rows: 0, inputs: new Float32Array(), targets: new Float32Array() }
    const nan = Float32Array.of(0, Number.NaN)
    const faults: [string, string, () => unknown][] = [
      ['SHAPE_MISMATCH', 'base', () => extrapolate(line, Float32Array.of(1), change, six)],
      ['SHAPE_MISMATCH', 'change', () => extrapolate(line, base, Float32Array.of(1), six)],
      ['NOT_FINITE', 'base[1]', () => extrapolate(line, nan, change, six)],
      ['NOT_FINITE', 'change[1]', () => extrapolate(line, base, nan, six)],
      ['SHAPE_MISMATCH', 'examples.inputs', () => extrapolate(line, base, change, none)],
    ]
    for (const [code, field, act] of faults)
      expect(failure(act)).to.include({ name: 'ConfigError', code, field })
  })
})
