import { expect } from 'chai'
import {
  type AggregationOptions,
  aggregationRule,
  krumScores,
  preAggregations,
  type Vector,
} from '../../../../agent/index.ts'
import { MeshError } from '../../../../protocol/errors.ts'

const line = (...values: number[]) => values.map((value) => Float64Array.of(value))
const faultOf = (call: () => unknown): MeshError => {
  try {
    call()
  } catch (error) {
    if (error instanceof MeshError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('aggregation rules, by hand', () => {
  const cases: [string, Vector[], AggregationOptions, number[]][] = [
    ['mean', [Float64Array.of(1, 2), Float64Array.of(3, 6)], {}, [2, 4]],
    ['fedavg', line(1, 5), { numExamples: [30, 900], maxExamples: 90 }, [4]],
    ['median', line(1, 2, -1e9), {}, [1]],
    ['median', line(4, 1, 2, 9), {}, [3]],
    ['trimmed-mean', line(1, 2, 4, 1e9), { trim: 1 }, [3]],
    ['trimmed-mean', line(1, 2, 4, 1e9), { f: 1 }, [3]],
    ['krum', line(1, 2, 2.5, 3, 99), { f: 1 }, [2.5]],
    ['multi-krum', line(1, 2, 2.5, 3, 99), { f: 1 }, [2.125]],
    ['weighted-multi-krum', line(1, 2, 2.5, 3, 99), { f: 1, numExamples: [1, 1, 1, 5, 9] }, [2.5625]],
    // Chosen are 2, 2, 2 and then of what is left 3 and 3, whose distance is 0; 99 and 1 stay. The median is 2.
    ['bulyan', line(1, 2, 2, 2, 3, 3, 99), { f: 1 }, [2]],
    ['geometric-median', [Float64Array.of(0, 0), Float64Array.of(0, 0), Float64Array.of(3, 4)], {}, [0, 0]],
    ['rfa', line(0, 0, 9), { iterations: 1, smoothing: 1 }, [9 / 19]],
    ['centred-clipping', [Float64Array.of(2, 0), Float64Array.of(0, 400)], { radius: 4 }, [1, 2]],
    ['centred-clipping', line(3, 9), { start: Float32Array.of(1), radius: 4, iterations: 2 }, [5.5]],
    // The square of the distance is more than float64 holds.
    ['centred-clipping', [Float64Array.of(1e200, 0), Float64Array.of(0, 0)], { radius: 4 }, [2, 0]],
    ['nnm+trimmed-mean', line(1, 2, 3, 99), { f: 1 }, [2]],
    ['bucketing+median', line(1, 2, 6, 7, 100), {}, [6.5]],
    ['nnm+fedavg', line(1, 2, 99), { f: 1, numExamples: [1, 1, 1000] }, [(1.5 + 1.5 + 50.5) / 3]],
  ]
  for (const [name, updates, options, expected] of cases) {
    it(`${name} of ${updates.map((update) => `(${update.join(', ')})`).join(', ')}`, () => {
      const result = aggregationRule(name)(updates, options)
      expect(result).to.be.instanceOf(Float64Array)
      for (const [i, value] of expected.entries()) expect(result[i]).to.be.closeTo(value, 1e-12)
    })
  }

  it('finds the geometric median whatever the unit, also where squares are no doubles any more', () => {
    const updates = [
      Float64Array.of(0, 0),
      Float64Array.of(4, 0),
      Float64Array.of(0, 3),
      Float64Array.of(1, 9),
    ]
    const expected = aggregationRule('geometric-median')(updates, {})
    for (const unit of [2 ** -600, 2 ** 600]) {
      const inUnit = updates.map((update) => update.map((value) => value * unit))
      const result = aggregationRule('geometric-median')(inUnit, {})
      for (const [i, value] of expected.entries()) expect((result[i] ?? 0) / unit).to.be.closeTo(value, 1e-6)
    }
  })

  it('has scores of Krum', () => {
    expect(krumScores(line(1, 2, 2.5, 3, 99), { f: 1 }).slice(0, 4)).to.deep.equal([3.25, 1.25, 0.5, 1.25])
  })

  it('mixes and fills buckets in order', () => {
    expect(preAggregations.nnm(line(1, 2, 99), { f: 1 })).to.deep.equal(line(1.5, 1.5, 50.5))
    expect(preAggregations.bucketing(line(1, 2, 3), { bucketSize: 2, bucketOrder: [2, 0, 1] })).to.deep.equal(
      line(2, 2),
    )
  })

  it('sorts columns of many updates as it does those of few', () => {
    const updates = line(...Array.from({ length: 301 }, (_, i) => ((i * 97) % 301) - 150))
    expect(aggregationRule('median')(updates, {})[0]).to.equal(0)
    expect(aggregationRule('trimmed-mean')([...updates, Float64Array.of(1e9)], { f: 1 })[0]).to.equal(0.5)
  })

  it('goes through vectors that are longer than a block', () => {
    const updates = [1, 2, 6].map((value) => new Float64Array(2500).fill(value))
    for (const [name, value] of [
      ['median', 2],
      ['mean', 3],
      ['krum', 1],
    ] as const) {
      expect(aggregationRule(name)(updates, { f: 0 })).to.deep.equal(new Float64Array(2500).fill(value))
    }
  })
})

describe('aggregation rules refuse', () => {
  const refusals: [string, string, Vector[], AggregationOptions, string, string[]][] = [
    ['no updates', 'mean', [], {}, 'UPDATES_INVALID', ['updates']],
    ['updates of nothing', 'median', [new Float64Array()], {}, 'UPDATES_INVALID', ['updates[0]']],
    [
      'updates of different lengths',
      'krum',
      [...line(1, 2), Float32Array.of(1, 2)],
      { f: 0 },
      'UPDATES_INVALID',
      ['updates[2]', 'Expected: 1 values', 'Received: 2'],
    ],
    ['NaN', 'trimmed-mean', line(1, Number.NaN, 2), { f: 1 }, 'UPDATES_INVALID', ['updates[1][0]', 'NaN']],
    ['an infinity', 'rfa', line(1, Number.POSITIVE_INFINITY), {}, 'UPDATES_INVALID', ['updates[1][0]']],
    ['no f', 'krum', line(1, 2, 3), {}, 'OPTION_INVALID', ['Field: f', 'nothing']],
    ['half an f', 'multi-krum', line(1, 2, 3, 4), { f: 0.5 }, 'OPTION_INVALID', ['Field: f', '0.5']],
    [
      '2f + 2, Krum',
      'krum',
      line(1, 2, 3, 4),
      { f: 1 },
      'UPDATES_TOO_FEW',
      ['2f + 3', '5 or more', '1 more'],
    ],
    [
      '4f + 2, Bulyan',
      'bulyan',
      line(1, 2, 3, 4, 5, 6),
      { f: 1 },
      'UPDATES_TOO_FEW',
      ['4f + 3', '7 or more', 'Received: 6'],
    ],
    ['2f, mixing', 'nnm+mean', line(1, 2), { f: 1 }, 'UPDATES_TOO_FEW', ['2f + 1', '3 or more']],
    ['half of them trimmed', 'trimmed-mean', line(1, 2), { trim: 1 }, 'OPTION_INVALID', ['trim', '0 to 0']],
    ['buckets too few for f', 'bucketing+krum', line(1, 2, 3, 4, 5), { f: 1 }, 'UPDATES_TOO_FEW', ['2f + 3']],
    ['a bucket of none', 'bucketing+mean', line(1, 2), { bucketSize: 0 }, 'OPTION_INVALID', ['bucketSize']],
    [
      'an order with a place twice',
      'bucketing+mean',
      line(1, 2),
      { bucketOrder: [1, 1] },
      'OPTION_INVALID',
      ['bucketOrder', '1, 1'],
    ],
    ['no examples', 'fedavg', line(1, 2), {}, 'OPTION_INVALID', ['numExamples', '2 numbers']],
    ['too few examples', 'fedavg', line(1, 2), { numExamples: [3] }, 'OPTION_INVALID', ['Received: 1']],
    [
      'examples below 0',
      'fedavg',
      line(1, 2),
      { numExamples: [3, -1] },
      'OPTION_INVALID',
      ['numExamples[1]'],
    ],
    [
      'a cap of nothing',
      'fedavg',
      line(1),
      { numExamples: [1], maxExamples: 0 },
      'OPTION_INVALID',
      ['maxExamples'],
    ],
    ['no smoothing', 'rfa', line(1), { smoothing: 0 }, 'OPTION_INVALID', ['smoothing', 'above 0']],
    ['no iterations', 'rfa', line(1), { iterations: 0 }, 'OPTION_INVALID', ['iterations']],
    ['a radius below 0', 'centred-clipping', line(1), { radius: -1 }, 'OPTION_INVALID', ['radius', '-1']],
    [
      'a start of another model',
      'centred-clipping',
      line(1),
      { start: Float64Array.of(1, 2) },
      'OPTION_INVALID',
      ['start', 'a vector of 1'],
    ],
    [
      'a start that is none',
      'rfa',
      line(1),
      { start: 'here' as 'zero' },
      'OPTION_INVALID',
      ['start', 'Received: here'],
    ],
    ['a sum beyond float64', 'mean', line(1e308, 1e308), {}, 'AGGREGATE_OVERFLOW', ['float64']],
    [
      'distances beyond float64 among the honest',
      'krum',
      line(1, 1e200, -1e200, 1e199, 1e198),
      { f: 1 },
      'AGGREGATE_OVERFLOW',
      ['clip'],
    ],
  ]
  for (const [what, name, updates, options, code, parts] of refusals) {
    it(`${what}: ${name}`, () => {
      const fault = faultOf(() => aggregationRule(name)(updates, options))
      expect(fault.code).to.equal(code)
      for (const part of [...parts, 'Remedy:']) expect(fault.message).to.include(part)
    })
  }

  it('names that there are not, with the one that was meant', () => {
    expect(faultOf(() => aggregationRule('trimed-mean')).remedy).to.equal('Did you mean `trimmed-mean`?')
    expect(faultOf(() => aggregationRule('centered-clipping')).remedy).to.include('`centred-clipping`')
    expect(faultOf(() => aggregationRule('nmm+median')).remedy).to.include('`nnm`')
    expect(faultOf(() => aggregationRule('toString')).code).to.equal('RULE_UNKNOWN')
    expect(faultOf(() => aggregationRule('median+nnm')).message).to.include('fedavg, mean, median')
  })
})
