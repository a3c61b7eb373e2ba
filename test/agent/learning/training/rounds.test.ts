import { expect } from 'chai'
import {
  type AggregationOptions,
  aggregationRule,
  mean,
} from '../../../../agent/learning/aggregation/index.ts'
import type { Attack } from '../../../../agent/learning/attacks/attack.ts'
import { linearRegression } from '../../../../agent/learning/models/networks.ts'
import { sgd } from '../../../../agent/learning/models/optimisers.ts'
import { type Federation, federatedRounds, openRounds } from '../../../../agent/learning/training/rounds.ts'
import { ConfigError } from '../../../../protocol/errors.ts'

const example = (input: number, target: number) => ({
  rows: 1,
  inputs: Float32Array.of(input),
  targets: Float32Array.of(target),
})

/** So many examples of an input of 0, which are one in a batch of all. */
const repeated = (rows: number) => ({
  rows,
  inputs: new Float32Array(rows),
  targets: new Float32Array(rows).fill(4),
})

/** One example each: nothing is left to lots, and a step of 1/4 on the squared error halves it at an input of 0. */
const federation: Federation = {
  model: linearRegression(1),
  start: Float32Array.of(0, 0),
  clients: [example(0, 4), example(0, 8), example(0, 12)],
  byzantine: 0,
  attack: {},
  rule: mean,
  local: { epochs: 1, batchSize: 1, optimiser: sgd(0.25) },
  seed: 1,
}

function biasesOf(changed: Partial<Federation>, rounds: number): (number | undefined)[] {
  const all = federatedRounds({ ...federation, ...changed })
  return Array.from({ length: rounds }, () => all.next().value.parameters[1])
}

describe('federated rounds', () => {
  it('add the aggregate of what each client learnt to the global model', () => {
    // From 0, the clients go to 2, 4 and 6; from 4, to 4, 6 and 8.
    expect(biasesOf({}, 3)).to.deep.equal([4, 6, 7])
  })

  it('tell the rule how many attack, who has how many examples, and another sequence of buckets each time', () => {
    const seen: AggregationOptions[] = []
    const spy: Federation['rule'] = (updates, options) => {
      seen.push(options)
      return mean(updates)
    }
    biasesOf({ rule: spy, byzantine: 1, clients: Array(9).fill(example(0, 4)) }, 2)
    expect(seen.map(({ f }) => f)).to.deep.equal([1, 1])
    expect(seen[0]?.numExamples).to.deep.equal(Array(9).fill(1))
    expect([...(seen[0]?.bucketOrder ?? [])].sort()).to.deep.equal([...Array(9).keys()])
    expect(seen[0]?.bucketOrder).to.not.deep.equal(seen[1]?.bucketOrder)
  })

  it('let the last clients attack, who see all, and what was changed before', () => {
    const changes: (number | undefined)[] = []
    const attack: Attack = {
      poison: (examples) => ({ ...examples, targets: examples.targets.map((value) => 2 * value) }),
      corrupt({ honest, own, lastChange }) {
        changes.push(lastChange[1])
        expect(honest.map((update) => update[1])).to.have.lengthOf(2)
        return own.map((update) => update.map((value) => value + 3))
      },
    }
    // Honest: 2 and 4; the attacker would go to 12 and says 15. Then from 7: 5.5 and 7.5, and 15.5, with 3 more.
    expect(biasesOf({ attack, byzantine: 1 }, 2)).to.deep.equal([7, 7 + (-1.5 + 0.5 + 8.5 + 3) / 3])
    expect(changes).to.deep.equal([0, 7])
  })

  it('leave out an update that is no number, whose sender counts as one of the attackers', () => {
    const seen: AggregationOptions[] = []
    const rule: Federation['rule'] = (updates, options) => {
      seen.push(options)
      return mean(updates)
    }
    const attack: Attack = { corrupt: ({ own }) => own.map((update) => update.map(() => Number.NaN)) }
    const clients = [2, 3, 5].map((rows) => ({ ...repeated(rows), rows }))
    const all = federatedRounds({
      ...federation,
      clients,
      attack,
      byzantine: 1,
      rule,
      local: { ...federation.local, batchSize: 9 },
    })
    const { parameters, ...round } = all.next().value
    // Both honest clients go from 0 to 2.
    expect(round).to.deep.equal({ refused: 1, isVoid: false })
    expect(parameters[1]).to.equal(2)
    expect(seen.map(({ f, numExamples }) => [f, numExamples])).to.deep.equal([[0, [2, 3]]])
    expect([...(seen[0]?.bucketOrder ?? [])].sort()).to.deep.equal([0, 1])
  })

  it('are void where no update is a number, and the model stays', () => {
    const attack: Attack = { corrupt: ({ own }) => own.map((update) => update.map(() => Number.NaN)) }
    const local = { ...federation.local, optimiser: sgd(1e38) }
    const clients = [example(1e30, 4), example(1e30, 8), example(1e30, 12)]
    const diverging = federatedRounds({ ...federation, clients, local, attack, byzantine: 1 })
    for (let round = 0; round < 2; round++) {
      const value = { parameters: Float32Array.of(0, 0), refused: 3, isVoid: true }
      expect(diverging.next().value).to.deep.equal(value)
    }
  })

  it('draw a part of the clients anew for each round, and as many each time', () => {
    const clients = Array.from({ length: 10 }, () => example(0, 4))
    const rounds = openRounds({ ...federation, clients, fraction: 0.3 })
    const drawn = Array.from({ length: 20 }, () => {
      const open = rounds.next().value
      open.close(open.tasks.map(() => new Float32Array(2)))
      return open.tasks.map(({ client }) => client)
    })
    for (const each of drawn) expect(new Set(each).size).to.equal(3)
    expect(new Set(drawn.flat()).size).to.equal(10)
    expect(new Set(drawn.map(String)).size).to.be.above(10)
  })

  it('refuse a part that is none, or one with attackers, and to go on with a round open', () => {
    for (const fraction of [0, -1, 1.5, Number.NaN]) {
      expect(() => openRounds({ ...federation, fraction }).next(), String(fraction)).to.throw(
        ConfigError,
        'fraction',
      )
    }
    expect(() => openRounds({ ...federation, byzantine: 1, fraction: 0.5 }).next()).to.throw(
      ConfigError,
      'fraction',
    )
    const rounds = openRounds(federation)
    const { close } = rounds.next().value
    expect(() => close([])).to.throw(ConfigError, 'updates')
    expect(() => rounds.next()).to.throw('not closed')
  })

  it('are void where the sum overflows', () => {
    const attack: Attack = { corrupt: ({ own }) => own.map((update) => update.map(() => 3e38)) }
    const all = federatedRounds({ ...federation, attack, byzantine: 1, rule: aggregationRule('mean') })
    const voids = Array.from({ length: 8 }, () => all.next().value)
    expect(voids.at(-1)?.isVoid).to.equal(true)
    expect(voids.every(({ parameters }) => parameters.every(Number.isFinite))).to.equal(true)
  })

  it('refuse as many attackers as there are others', () => {
    for (const [byzantine, clients] of [
      [1, 2],
      [2, 3],
      [-1, 3],
      [0.5, 3],
      [0, 0],
    ] as const) {
      const all = federatedRounds({ ...federation, byzantine, clients: federation.clients.slice(0, clients) })
      expect(() => all.next(), `${byzantine} of ${clients}`).to.throw(ConfigError, 'byzantine')
    }
  })
})
