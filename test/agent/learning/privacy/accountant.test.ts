import { expect } from 'chai'
import fc from 'fast-check'
import { epsilonOf, noiseFor, renyiDivergence } from '../../../../agent/index.ts'
import { ConfigError } from '../../../../protocol/errors.ts'
import { SEED } from '../../../seed.ts'
import { integrate, normalDensity } from './support.ts'

/** The two outcomes of a round in one dimension: without somebody, and with somebody who is sampled. */
function outcomes(noise: number, rate: number) {
  const without = (x: number) => normalDensity(x, 0, noise)
  const sampled = (x: number) => (1 - rate) * without(x) + rate * normalDensity(x, 1, noise)
  return { without, sampled, from: -12 * noise, to: 12 * noise }
}

/** Rényi's divergence by its definition. */
function divergence(
  order: number,
  p: (x: number) => number,
  q: (x: number) => number,
  from: number,
  to: number,
) {
  const ratio = (x: number) => p(x) * (p(x) / q(x)) ** (order - 1)
  return Math.log(integrate(ratio, from, to)) / (order - 1)
}

describe('privacy accountant', () => {
  /** TensorFlow Privacy and Google's dp-accounting, `rdp_privacy_accountant_test.py`: 50 rounds, q = 0.01, σ = 2.5. */
  const published: [order: number, value: number][] = [
    [5, 2.1808e-3],
    [50, 2.3846e-2],
    [100, 1.6742e2],
  ]
  for (const [order, value] of published) {
    it(`has the published divergence of order ${order}`, () => {
      expect(50 * renyiDivergence(order, 2.5, 0.01)).to.be.closeTo(value, 1e-4 * value)
    })
  }

  it('is above the published divergences of orders that are not whole, and below that of the next whole one', () => {
    for (const [order, value] of [
      [1.5, 6.5007e-4],
      [2.5, 1.0854e-3],
    ] as const) {
      const bound = 50 * renyiDivergence(order, 2.5, 0.01)
      expect(bound).to.be.above(value)
      expect(bound).to.be.at.most(50 * renyiDivergence(Math.ceil(order), 2.5, 0.01))
    }
  })

  for (const [order, noise, rate] of [
    [2, 1, 0.001],
    [3, 0.8, 0.2],
    [8, 2, 0.05],
    [20, 4, 0.01],
    [5, 1.3, 0.9],
    [3.4, 1, 0.3],
  ] as const) {
    it(`is Rényi's divergence, integrated: order ${order}, σ ${noise}, q ${rate}`, () => {
      const { without, sampled, from, to } = outcomes(noise, rate)
      // Most of the integral lies near the order.
      const exact = divergence(order, sampled, without, from, to + order)
      const found = renyiDivergence(order, noise, rate)
      if (Number.isInteger(order)) expect(found).to.be.closeTo(exact, 1e-6 * exact)
      else expect(found).to.be.within(exact, 1.2 * exact)
      expect(divergence(order, without, sampled, from, to), 'the other direction').to.be.at.most(found)
    })
  }

  it('holds of discrete noise on integers, in both directions', () => {
    const [noise, shift, rate] = [1.7, 2, 0.3]
    const weight = (x: number) => Math.exp(-(x * x) / (2 * noise * noise))
    const places = Array.from({ length: 61 }, (_, i) => i - 30)
    const total = places.reduce((sum, x) => sum + weight(x), 0)
    const without = (x: number) => weight(x) / total
    const sampled = (x: number) => (1 - rate) * without(x) + rate * without(x - shift)
    for (const order of [2, 3, 7, 2.5]) {
      const sum = (p: typeof without, q: typeof without) =>
        Math.log(places.reduce((all, x) => all + p(x) * (p(x) / q(x)) ** (order - 1), 0)) / (order - 1)
      const found = renyiDivergence(order, noise / shift, rate)
      if (Number.isInteger(order)) expect(sum(sampled, without)).to.be.closeTo(found, 1e-9)
      else expect(sum(sampled, without)).to.be.at.most(found)
      expect(sum(without, sampled)).to.be.at.most(found)
    }
  })

  it('states 1.26 for the network of Abadi et al. (2016) by their conversion, and less by the better one', () => {
    const orders = Array.from({ length: 63 }, (_, i) => i + 2)
    const spent = (order: number) => 10_000 * renyiDivergence(order, 4, 0.01) + Math.log(1e5) / (order - 1)
    expect(Math.min(...orders.map(spent))).to.be.closeTo(1.26, 0.005)
    expect(epsilonOf({ noiseMultiplier: 4, samplingRate: 0.01, rounds: 10_000 }, 1e-5).epsilon).to.be.below(
      1.26,
    )
  })

  it('states 1 for a delta of 1e-6 and the noise for which dp-accounting does', () => {
    expect(epsilonOf({ noiseMultiplier: 4.530877117, rounds: 1 }, 1e-6).epsilon).to.be.closeTo(1, 1e-6)
  })

  it('is from what Opacus states to a hundredth above: 7.32911117143, for 2,250 rounds of q 0.04, σ 1.5', () => {
    const { epsilon } = epsilonOf({ noiseMultiplier: 1.5, samplingRate: 0.04, rounds: 2250 }, 1e-5)
    expect(epsilon).to.be.within(7.32911117143, 1.01 * 7.32911117143)
  })

  for (const [noise, rate] of [
    [1, 1],
    [3, 1],
    [0.6, 0.2],
    [2, 0.01],
  ] as const) {
    it(`promises no more than is true of one round: σ ${noise}, q ${rate}`, () => {
      const { without, sampled, from, to } = outcomes(noise, rate)
      for (const delta of [1e-2, 1e-4, 1e-6]) {
        const { epsilon } = epsilonOf({ noiseMultiplier: noise, samplingRate: rate, rounds: 1 }, delta)
        const beyond = (p: typeof without, q: typeof without) =>
          integrate((x) => Math.max(0, p(x) - Math.exp(epsilon) * q(x)), from, to)
        expect(beyond(sampled, without)).to.be.at.most(delta)
        expect(beyond(without, sampled)).to.be.at.most(delta)
      }
    })
  }

  it('adds up rounds, however they are told', () => {
    const round = { noiseMultiplier: 2, samplingRate: 0.1, rounds: 10 }
    const together = epsilonOf({ ...round, rounds: 30 }, 1e-5)
    expect(epsilonOf([round, { ...round, rounds: 20 }], 1e-5).epsilon).to.be.closeTo(together.epsilon, 1e-9)
  })

  it(`loses more with less noise, more sampling, more rounds, a smaller delta (seed ${SEED})`, () => {
    const setting = fc.record({
      noiseMultiplier: fc.double({ min: 0.3, max: 50, noNaN: true }),
      samplingRate: fc.double({ min: 1e-4, max: 1, noNaN: true }),
      rounds: fc.integer({ min: 1, max: 1000 }),
    })
    fc.assert(
      fc.property(setting, (rounds) => {
        const { epsilon } = epsilonOf(rounds, 1e-5)
        expect(epsilon).to.be.at.least(0).and.below(Infinity)
        const worse = [
          epsilonOf({ ...rounds, noiseMultiplier: rounds.noiseMultiplier / 2 }, 1e-5),
          epsilonOf({ ...rounds, samplingRate: Math.min(1, rounds.samplingRate * 2) }, 1e-5),
          epsilonOf({ ...rounds, rounds: rounds.rounds * 2 }, 1e-5),
          epsilonOf(rounds, 1e-7),
        ]
        // Sums of logarithms have some digits less than their terms.
        for (const other of worse) expect(other.epsilon).to.be.at.least(epsilon * (1 - 1e-9))
      }),
      { seed: SEED, numRuns: 30 },
    )
  })

  it('finds the noise that keeps an epsilon, and no more', () => {
    const rounds = { samplingRate: 0.04, rounds: 200 }
    for (const epsilon of [0.5, 2, 8]) {
      const noiseMultiplier = noiseFor({ ...rounds, epsilon, delta: 1e-5 })
      expect(epsilonOf({ ...rounds, noiseMultiplier }, 1e-5).epsilon).to.be.within(epsilon * 0.9999, epsilon)
    }
  })

  const rounds = { noiseMultiplier: 1, rounds: 1 }
  const faulty: [string, () => unknown, string][] = [
    ['no noise', () => epsilonOf({ ...rounds, noiseMultiplier: 0 }, 1e-5), 'noiseMultiplier'],
    [
      'noise that is no number',
      () => epsilonOf({ ...rounds, noiseMultiplier: Number.NaN }, 1e-5),
      'noiseMultiplier',
    ],
    [
      'noise of which nothing follows',
      () => epsilonOf({ ...rounds, noiseMultiplier: 1e-200 }, 1e-5),
      'noiseMultiplier',
    ],
    ['a rate above 1', () => epsilonOf({ ...rounds, samplingRate: 1.1 }, 1e-5), 'samplingRate'],
    ['a rate of 0', () => epsilonOf({ ...rounds, samplingRate: 0 }, 1e-5), 'samplingRate'],
    ['no rounds', () => epsilonOf({ ...rounds, rounds: 0 }, 1e-5), 'rounds'],
    ['no kind of rounds', () => epsilonOf([], 1e-5), 'rounds.length'],
    ['a delta of 0', () => epsilonOf(rounds, 0), 'delta'],
    ['a delta of 1', () => epsilonOf(rounds, 1), 'delta'],
    ['an order of 1', () => renyiDivergence(1, 1), 'order'],
    ['an epsilon of 0', () => noiseFor({ epsilon: 0, delta: 1e-5, rounds: 1 }), 'epsilon'],
    [
      'an epsilon that needs next to no noise',
      () => noiseFor({ epsilon: 1e9, delta: 1e-5, rounds: 1 }),
      'epsilon',
    ],
  ]
  for (const [what, action, field] of faulty) {
    it(`refuses ${what}`, () => {
      expect(action).to.throw(ConfigError).with.property('field', field)
    })
  }
})
