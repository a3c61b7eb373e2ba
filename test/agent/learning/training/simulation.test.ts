import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { aggregationRule } from '../../../../agent/learning/aggregation/index.ts'
import { type AttackName, attacks } from '../../../../agent/learning/attacks/index.ts'
import { selectRows } from '../../../../agent/learning/training/rows.ts'
import {
  finalAccuracy,
  type LearningSimulation,
  simulateLearning,
} from '../../../../agent/learning/training/simulation.ts'
import { readDigits } from '../../../../community/read-digits.ts'
import { ConfigError } from '../../../../protocol/errors.ts'

/** Few clients and rounds: what they show is no more than which way an attack goes. */
describe('learning that is attacked', function () {
  this.timeout(60_000)
  const all = readDigits(fileURLToPath(new URL('../../../../data/learning', import.meta.url)))
  const digits = {
    training: selectRows(all.training, Array(2000).keys()),
    test: selectRows(all.test, Array(600).keys()),
    classes: all.classes,
  }
  const rounds = (changed: Partial<LearningSimulation>) => [
    ...simulateLearning({
      ...digits,
      clients: 5,
      byzantine: 0,
      trigger: [54, 55, 62, 63],
      rule: aggregationRule('mean'),
      split: 'iid',
      rounds: 6,
      seed: 1,
      ...changed,
    }),
  ]
  const under = (name: AttackName, rule: string, changed: Partial<LearningSimulation> = {}) =>
    rounds({ byzantine: 1, attack: { name }, rule: aggregationRule(rule), ...changed })
  const last = (all: ReturnType<typeof rounds>) => all.at(-1)?.accuracy ?? Number.NaN

  it('learns the digits where none attacks', () => {
    const all = rounds({})
    expect(all.map(({ round }) => round)).to.deep.equal([1, 2, 3, 4, 5, 6])
    expect(last(all)).to.be.above(0.85)
    expect(all.every(({ isVoid, backdoor }) => !isVoid && backdoor === undefined)).to.equal(true)
  })

  it('is the same for the same seed, and another for another, whatever the attack draws', () => {
    for (const name of ['gaussian', 'mimic'] as const) {
      const run = (seed: number) => under(name, 'bucketing+median', { rounds: 2, seed, split: 'noniid' })
      expect(run(1)).to.deep.equal(run(1))
      expect(run(1)).to.not.deep.equal(run(2))
    }
  })

  for (const name of ['sign-flip', 'gaussian'] as const) {
    it(`by ${name} is lost with the mean, and learns with rules that withstand it`, () => {
      expect(last(under(name, 'mean'))).to.be.below(0.5)
      for (const rule of ['trimmed-mean', 'multi-krum', 'nnm+trimmed-mean']) {
        expect(last(under(name, rule)), rule).to.be.above(0.8)
      }
    })
  }

  it('by a large inner-product manipulation unlearns with the mean', () => {
    const attack = { name: 'ipm' as const, strength: 10 }
    expect(last(under('ipm', 'mean', { attack }))).to.be.below(0.3)
    expect(last(under('ipm', 'median', { attack }))).to.be.above(0.8)
  })

  it('by a backdoor learns what it should and the mark besides, unless the rule withstands it', () => {
    const opened = under('backdoor', 'mean').at(-1)
    expect(opened?.backdoor).to.be.above(0.9)
    expect(opened?.accuracy).to.be.above(0.7)
    expect(under('backdoor', 'multi-krum').at(-1)?.backdoor).to.be.below(0.3)
  })

  it('by free riders and copiers learns all the same', () => {
    for (const name of ['free-rider', 'copier'] as const) {
      expect(last(under(name, 'mean')), name).to.be.above(0.8)
    }
  })

  it('by label flips, alie and mimicry is worse than with none', () => {
    const clean = finalAccuracy(rounds({ split: 'noniid' }))
    for (const name of ['label-flip', 'alie', 'mimic'] as const) {
      const attacked = under(name, 'median', { split: 'noniid', byzantine: 2 })
      expect(finalAccuracy(attacked), name).to.be.below(clean)
    }
  })

  it('with none to attack is as without an attack', () => {
    for (const name of Object.keys(attacks) as AttackName[]) {
      expect(under(name, 'mean', { byzantine: 0, rounds: 1 }), name).to.deep.equal(rounds({ rounds: 1 }))
    }
  })

  it('has the mean accuracy of the last five rounds, or of all', () => {
    const round = (accuracy: number) => ({
      round: 1,
      accuracy,
      backdoor: undefined,
      refused: 0,
      isVoid: false,
    })
    expect(finalAccuracy([9, 1, 2, 3, 4, 5].map(round))).to.equal(3)
    expect(finalAccuracy([1, 2].map(round))).to.equal(1.5)
  })

  it('refuses no rounds', () => {
    expect(() => rounds({ rounds: 0 })).to.throw(ConfigError, 'rounds')
    expect(() => finalAccuracy([])).to.throw(ConfigError, 'rounds')
  })
})
