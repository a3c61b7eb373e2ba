import { expect } from 'chai'
import fc from 'fast-check'
import { encodeSafetensors, type Tensor } from '../../../../agent/learning/encoding/index.ts'
import { mlp } from '../../../../agent/learning/models/index.ts'
import {
  decodeExamples,
  decodeFixedPoint,
  decodeModel,
  encodeExamples,
  encodeFixedPoint,
  encodeModel,
  type LearningModel,
} from '../../../../agent/learning/rounds/index.ts'
import { uniformDraws } from '../../../../agent/market/uniform-draws.ts'
import { failure } from '../../../protocol/support/failure.ts'
import { SEED } from '../../../seed.ts'

const network = { kind: 'mlp', layers: [3, 4, 2] } as const
const parameters = mlp(network.layers).initialise(uniformDraws(SEED))
const model: LearningModel = { network, parameters, scale: 2 ** 20, damping: 20, maxNorm: 0.75 }

/** A file of these tensors and texts, whatever they mean. */
function file(tensors: Record<string, Tensor>, metadata: Record<string, string> = {}): Uint8Array {
  return encodeSafetensors({
    tensors: new Map(Object.entries(tensors)),
    metadata: new Map(Object.entries(metadata)),
  })
}

describe(`the files of a learning task (seed ${SEED})`, () => {
  it('bring a model as it was, ready to learn with', () => {
    const { model: ready, ...read } = decodeModel(encodeModel(model))
    expect(read).to.deep.equal(model)
    const inputs = Float32Array.of(1, 2, 3)
    expect(ready.predict(parameters, inputs)).to.deep.equal(mlp(network.layers).predict(parameters, inputs))
  })

  it('bring any update and any examples as they were', () => {
    const int32 = fc.int32Array({ minLength: 1, maxLength: 40 })
    const float32 = fc.float32Array({ noNaN: true, noDefaultInfinity: true, minLength: 6, maxLength: 6 })
    fc.assert(
      fc.property(int32, float32, float32, (update, inputs, targets) => {
        expect(decodeFixedPoint(encodeFixedPoint(update))).to.deep.equal(update)
        const examples = { rows: 3, inputs, targets: targets.subarray(0, 3) }
        expect(decodeExamples(encodeExamples(examples))).to.deep.equal(examples)
      }),
      { seed: SEED },
    )
  })

  const wrong: Record<string, [more: Partial<LearningModel>, field: string]> = {
    'of a kind that there is not': [{ network: { kind: 'gpt' as 'mlp', layers: [3, 2] } }, 'network'],
    'without layers': [{ network: { kind: 'mlp', layers: [] } }, 'layers'],
    'with a layer of nothing': [{ network: { kind: 'mlp', layers: [3, 0, 2] } }, 'layers'],
    'with three layers of a linear one': [{ network: { kind: 'linear', layers: [3, 4, 2] } }, 'layers'],
    'that tells one class': [{ network: { kind: 'softmax', layers: [3, 1] } }, 'layers'],
    'with too few parameters': [{ parameters: parameters.subarray(1) }, 'parameters'],
    'with a scale of nothing': [{ scale: 0 }, 'scale'],
    'with a damping below nothing': [{ damping: -1 }, 'damping'],
    'with a scale whose reciprocal is no number': [{ scale: 1e-320 }, 'scale'],
    'with a norm without bound': [{ maxNorm: Number.POSITIVE_INFINITY }, 'maxNorm'],
  }
  for (const [name, [more, field]] of Object.entries(wrong)) {
    it(`refuse a model ${name}`, () => {
      const error = failure(() => encodeModel({ ...model, ...more }))
      expect(error).to.include({ name: 'ConfigError', code: 'MODEL_INVALID', field })
    })
  }

  it('refuse what others send and means something else', () => {
    const values = (data: Int32Array<ArrayBuffer>): Tensor => ({ dtype: 'I32', shape: [data.length], data })
    const one = values(Int32Array.of(1))
    const float = { dtype: 'F32', shape: [1], data: Float32Array.of(1) } as const
    const invalid = (read: (bytes: Uint8Array) => unknown, bytes: Uint8Array, code: string) =>
      expect(failure(() => read(bytes))).to.include({ name: 'WireError', code })
    invalid(decodeFixedPoint, file({ update: float }), 'UPDATE_INVALID')
    invalid(decodeFixedPoint, file({ other: one }), 'UPDATE_INVALID')
    invalid(decodeFixedPoint, file({ update: one, other: one }), 'UPDATE_INVALID')
    invalid(decodeFixedPoint, Uint8Array.of(1, 2, 3), 'SAFETENSORS_INVALID')
    invalid(decodeExamples, file({ inputs: float, targets: float }), 'EXAMPLES_INVALID')
    invalid(decodeModel, file({ parameters: float }), 'MODEL_INVALID')
    const texts = { network: 'mlp', layers: '3 4 2', scale: '1', damping: '1', maxNorm: '1' }
    invalid(decodeModel, file({ parameters: float }, texts), 'MODEL_INVALID')
    const huge = { ...texts, layers: '9999999 9999999 9999999' }
    invalid(decodeModel, file({ parameters: float }, huge), 'MODEL_INVALID')
    invalid(decodeModel, file({ parameters: float }, { ...texts, scale: '0x10' }), 'MODEL_INVALID')
  })
})
