import { expect } from 'chai'
import fc from 'fast-check'
import {
  aggregationRule,
  clipToGrid,
  discreteGaussian,
  hideUpdate,
  locallyPrivate,
  privateMean,
  seededBytes,
} from '../../../../agent/index.ts'
import { ConfigError } from '../../../../protocol/errors.ts'
import { SEED } from '../../../seed.ts'
import { chiSquareDeviations } from './support.ts'

/** Nearly never exceeded by chance: one time in 3e6. */
const FAR = 5

const norm = (values: Iterable<number>) =>
  Math.sqrt([...values].reduce((sum, value) => sum + value * value, 0))

describe('discrete Gaussian', () => {
  for (const variance of [1, 7, 400]) {
    it(`is drawn as often as its probabilities say: variance ${variance} (seed ${SEED})`, () => {
      const draw = discreteGaussian(BigInt(variance), seededBytes(SEED))
      const count = 40_000
      const counts = new Map<number, number>()
      for (let i = 0; i < count; i++) {
        const value = draw()
        counts.set(value, (counts.get(value) ?? 0) + 1)
      }
      const weight = (x: number) => Math.exp(-(x * x) / (2 * variance))
      const reach = Math.ceil(12 * Math.sqrt(variance))
      const places = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach)
      const total = places.reduce((sum, x) => sum + weight(x), 0)
      expect([...counts.keys()].every((x) => Math.abs(x) <= reach)).to.equal(true)
      const cells = places.map((x) => ({
        counted: counts.get(x) ?? 0,
        expected: (count * weight(x)) / total,
      }))
      const rare = cells.filter(({ expected }) => expected < 10)
      const tail = rare.reduce(
        (sum, cell) => ({ counted: sum.counted + cell.counted, expected: sum.expected + cell.expected }),
        { counted: 0, expected: 0 },
      )
      expect(chiSquareDeviations([...cells.filter(({ expected }) => expected >= 10), tail])).to.be.below(FAR)
    })
  }

  it(`has the moments of a wide one, where no value comes twice (seed ${SEED})`, () => {
    const draw = discreteGaussian(2n ** 40n, seededBytes(SEED))
    const values = Array.from({ length: 20_000 }, () => draw() / 2 ** 20)
    const moment = (power: number) => values.reduce((sum, value) => sum + value ** power, 0) / values.length
    for (const [power, mean, variance] of [
      [1, 0, 1],
      [2, 1, 2],
      [3, 0, 15],
      [4, 3, 96],
    ] as const) {
      expect(Math.abs(moment(power) - mean)).to.be.below(6 * Math.sqrt(variance / values.length))
    }
  })

  it('refuses a variance below 1, and one beyond exact integers', () => {
    for (const variance of [0n, -1n, 2n ** 61n]) {
      expect(() => discreteGaussian(variance, seededBytes(1)))
        .to.throw(ConfigError)
        .with.property('field', 'variance')
    }
  })
})

describe('clipping to a grid', () => {
  it('is done by hand', () => {
    expect([...clipToGrid(Float32Array.of(3, -4), { clip: 1, unit: 0.01 })]).to.deep.equal([60, -80])
    expect([...clipToGrid(Float32Array.of(0.25, -0.5), { clip: 1, unit: 0.25 })]).to.deep.equal([1, -2])
    expect([...clipToGrid(Float32Array.of(0, 0), { clip: 1 })]).to.deep.equal([0, 0])
  })

  it(`keeps the bound exactly, whatever doubles there are (seed ${SEED})`, () => {
    const value = fc.double({ noNaN: true, noDefaultInfinity: true })
    const steps = fc.integer({ min: 1, max: 2 ** 26 })
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), steps, (values, most) => {
        const clipped = clipToGrid(Float64Array.from(values), { clip: most, unit: 1 })
        const squares = [...clipped].reduce((sum, each) => sum + BigInt(each) ** 2n, 0n)
        expect(squares <= BigInt(most) ** 2n).to.equal(true)
      }),
      { seed: SEED, numRuns: 500 },
    )
  })

  it(`keeps the direction, and what is short to a step (seed ${SEED})`, () => {
    const value = fc.double({ min: -3, max: 3, noNaN: true })
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
        const [clip, unit] = [2, 2 ** -16]
        const factor = Math.min(1, clip / norm(values))
        const clipped = clipToGrid(Float64Array.from(values), { clip, unit })
        for (const [i, each] of values.entries()) {
          expect(Math.abs((clipped[i] ?? 0) * unit - each * factor)).to.be.below(1.01 * unit)
        }
      }),
      { seed: SEED },
    )
  })

  const faulty: [string, Float64Array, { clip: number; unit?: number }, string][] = [
    ['a value that is no number', Float64Array.of(1, Number.NaN), { clip: 1 }, 'update[1]'],
    ['an infinite value', Float64Array.of(Infinity), { clip: 1 }, 'update[0]'],
    ['a bound of 0', Float64Array.of(1), { clip: 0 }, 'clip'],
    ['an infinite bound', Float64Array.of(1), { clip: Infinity }, 'clip'],
    ['a step beyond the bound', Float64Array.of(1), { clip: 1, unit: 2 }, 'unit'],
    ['a step too fine to be summed exactly', Float64Array.of(1), { clip: 1, unit: 1e-9 }, 'unit'],
  ]
  for (const [what, update, clipping, field] of faulty) {
    it(`refuses ${what}`, () => {
      expect(() => clipToGrid(update, clipping))
        .to.throw(ConfigError)
        .with.property('field', field)
    })
  }
})

describe('noise on updates', () => {
  const options = { clip: 1, noiseMultiplier: 0.5, random: seededBytes(SEED) }
  const updates = Array.from({ length: 8 }, () => new Float64Array(4000).fill(0.1))

  it(`central: once on the sum, of the promised deviation (seed ${SEED})`, () => {
    const result = privateMean({ ...options, random: seededBytes(SEED) })(updates, {})
    const clipped = 1 / Math.sqrt(4000)
    const noise = [...result].map((value) => (value - clipped) * updates.length)
    // Six standard errors of a standard deviation.
    expect(norm(noise) / Math.sqrt(4000)).to.be.within(
      0.5 * (1 - 6 / Math.sqrt(8000)),
      0.5 * (1 + 6 / Math.sqrt(8000)),
    )
  })

  it(`local: on each update, so √n times as much on the sum (seed ${SEED})`, () => {
    const result = locallyPrivate(aggregationRule('mean'), { ...options, random: seededBytes(SEED) })(
      updates,
      {},
    )
    const clipped = 1 / Math.sqrt(4000)
    const noise = [...result].map((value) => (value - clipped) * Math.sqrt(updates.length))
    expect(norm(noise) / Math.sqrt(4000)).to.be.within(
      0.5 * (1 - 6 / Math.sqrt(8000)),
      0.5 * (1 + 6 / Math.sqrt(8000)),
    )
  })

  it('local: is cut to a bound', () => {
    const hidden = hideUpdate(Float64Array.of(1, 0, 0, 0), { ...options, noiseMultiplier: 9 }, 1000)
    expect([...hidden].every((value) => Number.isInteger(value) && Math.abs(value) <= 1000)).to.equal(true)
  })

  it(`samples as often as it is told, and divides by the expected number (seed ${SEED})`, () => {
    const rule = privateMean({
      ...options,
      noiseMultiplier: 1e-6,
      samplingRate: 0.25,
      random: seededBytes(SEED),
    })
    const one = Array.from({ length: 2000 }, () => Float64Array.of(1))
    const share = (rule(one, {})[0] ?? 0) * 0.25
    expect(Math.abs(share - 0.25)).to.be.below(6 * Math.sqrt((0.25 * 0.75) / 2000))
  })

  it(`is another each time, and the same for a seed (seed ${SEED})`, () => {
    const rule = privateMean({ ...options, random: seededBytes(SEED) })
    const [first, second] = [rule(updates, {}), rule(updates, {})]
    expect(first).to.not.deep.equal(second)
    expect(privateMean({ ...options, random: seededBytes(SEED) })(updates, {})).to.deep.equal(first)
  })

  for (const noiseMultiplier of [0, -1, Number.NaN, Infinity, 1e9]) {
    it(`refuses a noise multiplier of ${noiseMultiplier}`, () => {
      expect(() => privateMean({ ...options, noiseMultiplier }))
        .to.throw(ConfigError)
        .with.property('field', 'noiseMultiplier')
    })
  }

  it('refuses a source that gives too few bytes, which would be noise of zeros', () => {
    const random = () => new Uint8Array(1)
    expect(() => hideUpdate(Float64Array.of(1), { ...options, random }))
      .to.throw(ConfigError)
      .with.property('field', 'random')
  })

  it('refuses a bound that would wrap around, or leave nothing', () => {
    for (const bound of [0, -1, 0.5, 2 ** 31, Infinity, Number.NaN]) {
      expect(() => hideUpdate(Float64Array.of(1), options, bound))
        .to.throw(ConfigError)
        .with.property('field', 'bound')
    }
  })

  it('takes nobody more often than it is told', () => {
    // Of 2^48 sides of the coin, which shows 1 each time, one and a half are to take somebody.
    const samplingRate = 1.5 / 2 ** 48
    const sources = [
      seededBytes(SEED),
      (count: number) => Uint8Array.from({ length: count }, (_, i) => +(i % 6 === 5)),
    ]
    const random = (count: number) => (sources.shift() ?? seededBytes(SEED))(count)
    const rule = privateMean({ clip: 1, noiseMultiplier: 1e-6, samplingRate, random })
    const [sum = Number.NaN] = rule([Float64Array.of(1)], {})
    expect(Math.abs(sum * samplingRate)).to.be.below(0.5)
  })

  it('refuses a sampling rate that is none', () => {
    for (const samplingRate of [0, 1e-300, 1.5, Number.NaN]) {
      expect(() => privateMean({ ...options, samplingRate }))
        .to.throw(ConfigError)
        .with.property('field', 'samplingRate')
    }
  })
})
