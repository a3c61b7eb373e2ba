import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import fc from 'fast-check'
import { aggregationRule } from '../../../../agent/learning/aggregation/index.ts'
import {
  type Compression,
  decodeUpdate,
  ErrorFeedback,
  encodeSafetensors,
  encodeUpdate,
  type Tensor,
} from '../../../../agent/learning/encoding/index.ts'
import { dequantise, quantise } from '../../../../agent/learning/encoding/int8.ts'
import { topK } from '../../../../agent/learning/encoding/top-k.ts'
import { addScaled } from '../../../../agent/learning/kernels.ts'
import { selectRows } from '../../../../agent/learning/training/rows.ts'
import { simulateLearning } from '../../../../agent/learning/training/simulation.ts'
import { uniformDraws } from '../../../../agent/market/uniform-draws.ts'
import { readDigits } from '../../../../community/read-digits.ts'
import { ConfigError, WireError } from '../../../../protocol/errors.ts'
import { SEED } from '../../../seed.ts'

const value = fc.float({ min: -1000, max: 1000, noNaN: true })
const vector = fc.array(value, { minLength: 1, maxLength: 50 }).map((values) => Float32Array.from(values))
const compression: fc.Arbitrary<Compression> = fc.record(
  {
    keep: fc.double({ min: 0.01, max: 1, noNaN: true }),
    int8: fc.constantFrom('nearest' as const, 'stochastic' as const),
  },
  { requiredKeys: [] },
)

describe(`compression of updates (seed ${SEED})`, () => {
  const draw = uniformDraws(SEED)

  it('keeps the values of the largest magnitude, the first of those that are alike', () => {
    expect(topK(Float64Array.of(1, -3, 2, 3), 2)).to.deep.equal(Int32Array.of(1, 3))
    expect(topK(Float64Array.of(0, 2, -2, 2), 2)).to.deep.equal(Int32Array.of(1, 2))
    expect(topK(Float64Array.of(0, 0), 1)).to.deep.equal(Int32Array.of(0))
    fc.assert(
      fc.property(vector, fc.nat(), (values, lot) => {
        const count = 1 + (lot % values.length)
        const places = topK(Float64Array.from(values), count)
        expect(places).to.have.lengthOf(count)
        const kept = new Set(places)
        const least = Math.min(...Array.from(places, (place) => Math.abs(values[place] as number)))
        for (const [place, value] of values.entries()) {
          if (!kept.has(place)) expect(Math.abs(value)).to.be.at.most(least)
        }
      }),
      { seed: SEED },
    )
  })

  it('quantises to the nearest of 255 levels, or to one of the two next to a value', () => {
    const { values, scale } = quantise(Float64Array.of(1.27, -0.004, 0.5))
    expect(values).to.deep.equal(Int8Array.of(127, 0, 50))
    expect(scale).to.equal(Math.fround(0.01))
    fc.assert(
      fc.property(vector, fc.boolean(), (exact, isStochastic) => {
        const quantised = quantise(Float64Array.from(exact), isStochastic ? draw : undefined)
        // The scale is off by half of the least number that 32 bits have, and 127 scales by as many halves.
        const bound = quantised.scale * (isStochastic ? 1 : 0.5) * 1.0001 + 127 * 2 ** -149
        for (const [index, found] of dequantise(quantised).entries()) {
          expect(Math.abs(found - (exact[index] as number))).to.be.at.most(bound)
        }
      }),
      { seed: SEED },
    )
  })

  it('rounds by lot without a bias', () => {
    const exact = Float64Array.of(1, 0.1234)
    const runs = 20_000
    let sum = 0
    for (let run = 0; run < runs; run++) sum += dequantise(quantise(exact, draw))[1] as number
    // Five standard deviations of the mean, of which one run has at most half a level.
    expect(sum / runs).to.be.closeTo(0.1234, (5 * 0.5) / 127 / Math.sqrt(runs))
  })

  it('reads what was written, which without options is the update itself', () => {
    fc.assert(
      fc.property(vector, compression, (update, options) => {
        const { bytes, received } = encodeUpdate(update, options, draw)
        expect(decodeUpdate(bytes, update.length)).to.deep.equal(received)
        if (options.int8 === undefined && (options.keep ?? 1) === 1) expect(received).to.deep.equal(update)
        const sent = Math.ceil((options.keep ?? 1) * update.length)
        expect(received.filter((value) => value !== 0).length).to.be.at.most(sent)
      }),
      { seed: SEED },
    )
  })

  it('takes as much room as is said', () => {
    const update = Float32Array.from({ length: 10_000 }, (_, index) => Math.sin(index))
    const sizeOf = (options: Compression) => encodeUpdate(update, options).bytes.length
    expect(sizeOf({})).to.be.within(40_000, 40_300)
    expect(sizeOf({ int8: 'nearest' })).to.be.within(10_000, 10_300)
    expect(sizeOf({ keep: 0.1 })).to.be.within(8_000, 8_300)
    expect(sizeOf({ keep: 0.1, int8: 'nearest' })).to.be.within(5_000, 5_300)
  })

  it('with error feedback, what was received and what is owed is the sum of all updates', () => {
    const updates = fc
      .integer({ min: 1, max: 8 })
      .chain((size) =>
        fc.array(fc.array(value, { minLength: size, maxLength: size }), { minLength: 1, maxLength: 20 }),
      )
    fc.assert(
      fc.property(updates, compression, (all, options) => {
        const size = all[0]?.length ?? 0
        const sender = new ErrorFeedback(size, options, draw)
        const received = new Float64Array(size)
        const sum = new Float64Array(size)
        for (const values of all) {
          const update = Float32Array.from(values)
          addScaled(1, sender.send(update).received, received)
          addScaled(1, update, sum)
        }
        for (const [index, owed] of sender.residual.entries()) {
          expect((received[index] as number) + owed).to.be.closeTo(sum[index] as number, 1e-8)
        }
      }),
      { seed: SEED },
    )
  })

  it('owes as before when an update could not be sent', () => {
    const sender = new ErrorFeedback(2, { keep: 0.5 })
    sender.send(Float32Array.of(3, 1))
    expect(() => sender.send(Float32Array.of(Number.NaN, 1))).to.throw(ConfigError, 'update[0]')
    expect(() => sender.send(Float32Array.of(1))).to.throw(ConfigError, 'update')
    expect(sender.residual).to.deep.equal(Float64Array.of(0, 1))
    expect(sender.send(Float32Array.of(0, 1)).received).to.deep.equal(Float32Array.of(0, 2))
  })

  it('refuses what is no update of the model', () => {
    const size = new Map([['size', '3']])
    const i32 = (...values: number[]): Tensor => ({
      dtype: 'I32',
      shape: [values.length],
      data: Int32Array.from(values),
    })
    const f32 = (...values: number[]): Tensor => ({
      dtype: 'F32',
      shape: [values.length],
      data: Float32Array.from(values),
    })
    const i8: Tensor = { dtype: 'I8', shape: [3], data: Int8Array.of(1, 2, 127) }
    const scale = (value: number): Tensor => ({ dtype: 'F32', shape: [], data: Float32Array.of(value) })
    const wrong: Record<string, [tensors: Record<string, Tensor>, metadata?: Map<string, string>]> = {
      'another size': [{ values: f32(1, 2) }, new Map([['size', '2']])],
      'no size': [{ values: f32(1, 2, 3) }, new Map()],
      'something more said': [{ values: f32(1, 2, 3) }, new Map([...size, ['a', 'b']])],
      'too few values': [{ values: f32(1, 2) }],
      'values of another type': [{ values: i32(1, 2, 3) }],
      'values in two dimensions': [{ values: { ...f32(1, 2, 3), shape: [1, 3] } as Tensor }],
      'no values': [{ places: i32(1) }],
      'another tensor': [{ values: f32(1, 2, 3), more: f32(1) }],
      'a place twice': [{ places: i32(1, 1), values: f32(1, 2) }],
      'places that do not ascend': [{ places: i32(2, 1), values: f32(1, 2) }],
      'a place beyond the model': [{ places: i32(3), values: f32(1) }],
      'a place below 0': [{ places: i32(-1), values: f32(1) }],
      'more places than values': [{ places: i32(0, 1), values: f32(1) }],
      'floats with a scale': [{ scale: scale(1), values: f32(1, 2, 3) }],
      'a negative scale': [{ scale: scale(-1), values: i8 }],
      'two scales': [{ scale: f32(1, 1), values: i8 }],
      'a scale beyond 32 bits': [{ scale: scale(3e38), values: i8 }],
    }
    for (const [what, [tensors, metadata = size]] of Object.entries(wrong)) {
      const bytes = encodeSafetensors({ tensors: new Map(Object.entries(tensors)), metadata })
      expect(() => decodeUpdate(bytes, 3), what)
        .to.throw(WireError)
        .with.property('code', 'UPDATE_INVALID')
    }
  })

  it('refuses what cannot be sent, and options that mean nothing', () => {
    const update = Float32Array.of(1, 2)
    const wrong: (() => unknown)[] = [
      () => encodeUpdate(new Float32Array()),
      () => encodeUpdate(Float32Array.of(Number.POSITIVE_INFINITY)),
      () => encodeUpdate(Float64Array.of(1e300)),
      () => encodeUpdate(Float64Array.of(1e300), { int8: 'nearest' }),
      ...[0, -1, 1.1, Number.NaN].map((keep) => () => encodeUpdate(update, { keep })),
      () => encodeUpdate(update, { int8: 'stochastic' }),
    ]
    for (const send of wrong) expect(send, String(send)).to.throw(ConfigError)
  })

  it('of a tenth, with error feedback, learns nearly as well as none', function () {
    this.timeout(60_000)
    const all = readDigits(fileURLToPath(new URL('../../../../data/learning', import.meta.url)))
    const digits = {
      training: selectRows(all.training, Array(2000).keys()),
      test: selectRows(all.test, Array(600).keys()),
      classes: all.classes,
    }
    const mean = aggregationRule('mean')
    const clients = 5
    const accuracyOf = (compress: (update: Float32Array, client: number) => Float32Array) => {
      const rule: typeof mean = (updates, options) =>
        mean(
          updates.map((update, client) => compress(update as Float32Array, client)),
          options,
        )
      const run = {
        ...digits,
        clients,
        byzantine: 0,
        trigger: [],
        rule,
        split: 'iid',
        rounds: 10,
        seed: 1,
      } as const
      return [...simulateLearning(run)].at(-1)?.accuracy ?? Number.NaN
    }
    const exact = accuracyOf((update) => update)
    const senders = Array.from(
      { length: clients },
      () => new ErrorFeedback(2410, { keep: 0.1, int8: 'nearest' }),
    )
    const compressed = accuracyOf(
      (update, client) => (senders[client] as ErrorFeedback).send(update).received,
    )
    const forgetful = accuracyOf((update) => encodeUpdate(update, { keep: 0.01 }).received)
    expect(exact).to.be.above(0.88)
    expect(compressed).to.be.above(exact - 0.03)
    // What is measured can be lost.
    expect(forgetful).to.be.below(exact - 0.03)
  })
})
