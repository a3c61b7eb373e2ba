import { expect } from 'chai'
import { type AttackName, attacks, createAttack } from '../../../../agent/learning/attacks/index.ts'
import { momentsOf } from '../../../../agent/learning/attacks/moments.ts'
import { normalQuantile } from '../../../../agent/learning/attacks/normal-quantile.ts'
import { uniformDraws } from '../../../../agent/market/uniform-draws.ts'
import { ConfigError } from '../../../../protocol/errors.ts'

const floats = (...values: number[]) => Float32Array.from(values)
const task = () => ({ classes: 10, trigger: [1, 2], draw: uniformDraws(1) })

/** What attackers send in a round. */
function sent(
  name: AttackName,
  view: { honest?: Float32Array[]; own?: Float32Array[]; lastChange?: Float32Array },
) {
  const { honest = [floats(1, 2), floats(3, -6)], own = [floats(1, -2)], lastChange = floats(0, 0) } = view
  const updates = createAttack(name, task()).corrupt?.({ honest, own, lastChange }) ?? []
  return updates.map((update) => [...update])
}

describe('attacks', () => {
  it('by sign flip go ten times the other way', () => {
    expect(sent('sign-flip', { own: [floats(1, -2), floats(0.5, 3)] })).to.deep.equal([
      [-10, 20],
      [-5, -30],
    ])
  })

  it('by inner-product manipulation go half of the mean of the honest the other way', () => {
    expect(sent('ipm', { own: [floats(9, 9), floats(8, 8)] })).to.deep.equal([
      [-1, 1],
      [-1, 1],
    ])
  })

  it('by gaussian send noise of mean 0 and the deviation that they should', () => {
    const [noise = []] = sent('gaussian', { own: [new Float32Array(10_000).fill(5)] })
    const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length
    const deviation = Math.sqrt(noise.reduce((sum, value) => sum + value ** 2, 0) / noise.length)
    expect(Math.abs(mean)).to.be.below((5 * 200) / 100)
    expect(Math.abs(deviation / 200 - 1)).to.be.below(5 / Math.sqrt(2 * 10_000))
  })

  it('by alie stay where enough of the honest are farther from the mean than they', () => {
    // 20 clients, 8 attackers: 11 - 8 = 3 supporters, so z is where 9 of 12 lie below: 0.6745.
    const honest = Array.from({ length: 12 }, (_, i) => floats(i % 2 === 0 ? 3 : 7))
    const updates = sent('alie', { honest, own: Array(8).fill(floats(5)) })
    expect(updates).to.have.lengthOf(8)
    for (const [value] of updates) expect(value).to.be.closeTo(5 - 2 * 0.674489750196082, 1e-6)
  })

  it('by mimic copy the one who is farthest along where the honest differ, and stay with it', () => {
    const attack = createAttack('mimic', task())
    const round = (honest: Float32Array[]) =>
      attack.corrupt?.({ honest, own: [floats(0, 0), floats(0, 0)], lastChange: floats(0, 0) })
    const spread = [floats(-4, 0.1), floats(0, -0.1), floats(4, 0.1)]
    const [first = floats(), second] = round(spread) ?? []
    expect(first).to.deep.equal(second)
    const target = spread.findIndex((update) => update.join() === first.join())
    expect(target).to.be.oneOf([0, 2])
    for (let more = 1; more < 5; more++) round(spread)
    const turned = spread.map((update) => update.map((value) => -value))
    expect(round(turned)?.[0]).to.deep.equal(turned[target])
  })

  it('by free riding send what changed before', () => {
    expect(sent('free-rider', { lastChange: floats(4, 5) })).to.deep.equal([[4, 5]])
  })

  it('by copying send the bits of an honest update each, in turn', () => {
    const own = [floats(0, 0), floats(0, 0), floats(0, 0)]
    expect(sent('copier', { own })).to.deep.equal([
      [1, 2],
      [3, -6],
      [1, 2],
    ])
  })

  const examples = {
    rows: 3,
    inputs: floats(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
    targets: floats(0, 3, 9),
  }

  it('by label flip learn the last class for the first', () => {
    const attack = createAttack('label-flip', task())
    expect(attack.poison?.(examples)).to.deep.equal({ ...examples, targets: floats(9, 6, 0) })
    expect(attack.corrupt).to.equal(undefined)
  })

  it('by backdoor set the trigger in half of the rows, and go farther', () => {
    const attack = createAttack('backdoor', task())
    expect(attack.poison?.(examples)).to.deep.equal({
      rows: 3,
      inputs: floats(0.1, 1, 1, 0.4, 0.5, 0.6, 0.7, 1, 1),
      targets: floats(0, 3, 0),
    })
    expect(sent('backdoor', {})).to.deep.equal([[5, -10]])
    expect([...examples.targets]).to.deep.equal([0, 3, 9])
  })

  it('by backdoor want all rows of other classes taken for theirs', () => {
    expect(createAttack('backdoor', task()).goal?.(examples)).to.deep.equal({
      rows: 2,
      inputs: floats(0.4, 1, 1, 0.7, 1, 1),
      targets: floats(0, 0),
    })
  })

  it('by backdoor name an input that there is not', () => {
    for (const trigger of [[3], [0, -1], [0.5]]) {
      const attack = createAttack('backdoor', { ...task(), trigger })
      expect(() => attack.poison?.(examples)).to.throw(ConfigError, `trigger[${trigger.length - 1}]`)
    }
  })

  it('leave the updates alone that they saw', () => {
    for (const name of Object.keys(attacks) as AttackName[]) {
      const [honest, own, lastChange] = [[floats(1, 2), floats(3, 4)], [floats(5, 6)], floats(7, 8)]
      const attack = createAttack(name, task())
      const updates = attack.corrupt?.({ honest, own, lastChange }) ?? []
      for (const update of updates) update.fill(0)
      expect([honest, own, lastChange], name).to.deep.equal([
        [floats(1, 2), floats(3, 4)],
        [floats(5, 6)],
        floats(7, 8),
      ])
    }
  })

  it('are refused by a name that is none, or with a strength that they have not', () => {
    expect(() => createAttack('toString' as AttackName, task())).to.throw(ConfigError, 'sign-flip')
    expect(() => createAttack('copier', task(), 2)).to.throw(ConfigError, 'attack.strength')
    for (const strength of [0, -1, Number.NaN]) {
      expect(() => createAttack('ipm', task(), strength)).to.throw(ConfigError, 'attack.strength')
    }
  })
})

describe('what attacks reckon with', () => {
  it('knows the quantiles of the normal distribution', () => {
    // Abramowitz and Stegun, table 26.1, to more digits.
    for (const [share, expected] of [
      [0.5, 0],
      [0.75, 0.6744897501960817],
      [0.975, 1.959963984540054],
      [0.01, -2.326347874040841],
      [0.999, 3.090232306167813],
    ] as const) {
      expect(normalQuantile(share)).to.be.closeTo(expected, 4e-9)
    }
  })

  it('knows mean and deviation of each coordinate', () => {
    const { mean, deviation } = momentsOf([floats(1, 5), floats(3, 5)])
    expect([...mean]).to.deep.equal([2, 5])
    expect([...deviation]).to.deep.equal([1, 0])
  })
})
