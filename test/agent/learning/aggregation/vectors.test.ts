import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import {
  type AggregationOptions,
  aggregationRule,
  krumScores,
  trimOf,
  type Vector,
} from '../../../../agent/index.ts'

interface Case {
  name: string
  n: number
  f: number
  trim_proportion: number
  num_examples: number[]
  inputs: number[][]
  krum_scores: number[]
  krum_index: number
  expected: Record<string, number[]>
}

/** The rule, and the parameters, that a name of an expected value stands for. */
const KNOWN: Record<string, [string, AggregationOptions]> = {
  fedavg_weighted: ['fedavg', {}],
  mean_unweighted: ['mean', {}],
  median: ['median', {}],
  trimmed_mean: ['trimmed-mean', {}],
  krum: ['krum', {}],
  'multikrum_m=n-f_unweighted': ['multi-krum', {}],
  'multikrum_m=n-f_weighted': ['weighted-multi-krum', {}],
  bulyan: ['bulyan', {}],
  'rfa_T8_nu0.1_z0zero': ['rfa', { iterations: 8, smoothing: 0.1, start: 'zero' }],
  geometric_median: ['geometric-median', {}],
  cclip_tau10_T1_v0zero: ['centred-clipping', { radius: 10, iterations: 1, start: 'zero' }],
  cclip_tau1_T3_v0mean: ['centred-clipping', { radius: 1, iterations: 3, start: 'mean' }],
}

const path = new URL('../../../vectors/aggregators.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: Case[] }

describe('aggregation rules, known answers', () => {
  for (const precision of [Float64Array, Float32Array]) {
    const relative = precision === Float64Array ? 1e-12 : 1e-5
    for (const each of cases) {
      const updates: Vector[] = each.inputs.map((input) => precision.from(input))
      const { f, num_examples: numExamples } = each
      const options = { f, numExamples, trim: trimOf(each.trim_proportion, each.n) }

      for (const [key, expected] of Object.entries(each.expected)) {
        it(`${each.name}, ${precision.name}: ${key}`, () => {
          const [rule, parameters] = KNOWN[key] ?? ['', {}]
          const result = aggregationRule(rule)(updates, { ...options, ...parameters })
          expectNear(result, expected, relative, key === 'geometric_median' ? 1e-6 : 0)
        })
      }

      it(`${each.name}, ${precision.name}: Krum's scores and choice`, () => {
        const scores = krumScores(updates, { f })
        expectNear(scores, each.krum_scores, relative, 0)
        const chosen = each.inputs[scores.indexOf(Math.min(...scores))]
        expect(chosen).to.deep.equal(each.inputs[each.krum_index])
      })
    }
  }
})

function expectNear(actual: ArrayLike<number>, expected: number[], relative: number, absolute: number): void {
  expect(actual.length).to.equal(expected.length)
  for (const [i, answer] of expected.entries()) {
    const tolerance = Math.max(absolute, relative * Math.abs(answer))
    expect(actual[i], `coordinate ${i}`).to.be.closeTo(answer, tolerance)
  }
}
