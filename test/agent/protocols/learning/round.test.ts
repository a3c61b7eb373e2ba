import { getEventListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import type { Role } from '../../../../agent/protocols/learning/role.ts'
import { LearningRound } from '../../../../agent/protocols/learning/round.ts'
import { exchangeOf, partsOf, viewWith } from './support/round.ts'

/** A round in which the only role acts for as long as the signal lets it. */
function begin() {
  const leaving = new AbortController()
  const { components } = partsOf({
    content: exchangeOf({}),
    chain: { now: async () => 1n, view: async () => viewWith({}) },
  })
  let acts = 0
  const role: Role = {
    act: async () => {
      acts += 1
    },
    isDone: () => false,
  }
  const { signal } = leaving
  const round = new LearningRound({ ...components, signal, roleOf: () => role, onEnd: () => undefined })
  const running = round.run()
  const end = () => {
    leaving.abort(new Error('left'))
    return running
  }
  return { round, signal, acts: () => acts, end }
}

async function untilActs(acts: () => number, count: number): Promise<void> {
  while (acts() < count) await sleep(20)
}

describe('a round that an agent looks at', function () {
  this.timeout(20_000)

  it('goes on where the test of somebody who waits throws, who is told', async () => {
    const { round, acts, end } = begin()
    const fault = new Error('of the test')
    const told = await round
      .until(() => {
        throw fault
      })
      .catch((error: unknown) => error)
    expect(told).to.equal(fault)
    const before = acts()
    await untilActs(acts, before + 1)
    await end()
  })

  it('leaves nothing behind each time', async () => {
    const { signal, acts, end } = begin()
    await untilActs(acts, 4)
    expect(getEventListeners(signal, 'abort').length).to.be.at.most(1)
    await end()
  })
})
