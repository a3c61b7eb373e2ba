import { setImmediate } from 'node:timers/promises'
import { expect } from 'chai'
import { Verdicts } from '../../../../agent/protocols/negotiation/verdicts.ts'

describe('the verdict of an own handler', () => {
  let faults: { code?: string; message: string }[]
  let verdicts: Verdicts
  beforeEach(() => {
    faults = []
    verdicts = new Verdicts((error) => faults.push(error as Error))
  })
  const ask = (act: () => unknown, time = 1_000) =>
    verdicts.ask('onDelivery', 'deal', time, act as () => boolean)

  it('is what it says, at once or later', async () => {
    for (const said of [true, false]) {
      expect(await ask(() => said)).to.equal(said)
      expect(await ask(async () => said)).to.equal(said)
    }
    expect(faults).to.deep.equal([])
  })

  it('is none, and reported, when it fails or says something else', async () => {
    const failing: [act: () => unknown, sign: string][] = [
      [
        () => {
          throw new Error('away')
        },
        'away',
      ],
      [() => Promise.reject(new Error('gone')), 'gone'],
      [() => 'yes', 'ARGUMENT_INVALID'],
      [async () => undefined, 'ARGUMENT_INVALID'],
      [() => new Promise(() => undefined), 'DECISION_LATE'],
    ]
    for (const [act, sign] of failing) {
      expect(await ask(act, 5)).to.equal(undefined)
      expect(faults.splice(0).map(({ code, message }) => code ?? message)).to.deep.equal([sign])
    }
  })

  it('is none while the same question is thought about, also when it is late', async () => {
    const gate = Promise.withResolvers<boolean>()
    let calls = 0
    const slow = () => {
      calls += 1
      return gate.promise
    }
    expect(await ask(slow, 5)).to.equal(undefined)
    expect(await ask(slow, 5)).to.equal(undefined)
    expect(calls).to.equal(1)
    expect(await verdicts.ask('onDelivery', 'another deal', 5, () => true)).to.equal(true)
    gate.resolve(true)
    await setImmediate()
    expect(await ask(slow)).to.equal(true)
  })
})
