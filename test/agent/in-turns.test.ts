import { expect } from 'chai'
import { inTurns } from '../../agent/in-turns.ts'
import type { ReceivedIntent } from '../../agent/index.ts'
import { newIdentity, receivedIntent } from './support/intents.ts'

/** Five agents that know of one another; `hears` gets an agent's number. */
function five(hears: (agent: number, intent: ReceivedIntent) => void, isOpen: () => boolean) {
  const agents = Array.from({ length: 5 }, () => newIdentity().address)
  return agents.map((agent, index) =>
    inTurns(
      (intent) => hears(index, intent),
      { size: 2, pause: 20 },
      {
        agent,
        capable: () => agents.filter((other) => other !== agent),
        isOpen,
      },
    ),
  )
}

describe('inTurns', () => {
  it('has two of five hear an intent at once, and the others one pause after another while it is open', async () => {
    const heard: number[] = []
    const all = Promise.withResolvers<void>()
    const agents = five(
      (agent) => {
        heard.push(agent)
        if (heard.length === 5) all.resolve()
      },
      () => true,
    )
    const intent = receivedIntent()
    for (const { hear } of agents) hear(intent)
    expect(heard).to.have.length(2)
    await all.promise
    expect(new Set(heard).size).to.equal(5)
  })

  it('bothers nobody else with what has been answered, or replaced, by then', async () => {
    const heard: number[] = []
    const asked = Promise.withResolvers<void>()
    let questions = 0
    const agents = five(
      (agent) => heard.push(agent),
      () => {
        questions += 1
        if (questions === 3) asked.resolve()
        return false
      },
    )
    const intent = receivedIntent()
    for (const { hear } of agents) hear(intent)
    await asked.promise
    expect(heard).to.have.length(2)
  })

  it('has everybody come first as often, over many intents', () => {
    const first = [0, 0, 0, 0, 0]
    const agents = five(
      (agent) => {
        first[agent] = (first[agent] ?? 0) + 1
      },
      () => false,
    )
    const COUNT = 1_000
    for (let count = 0; count < COUNT; count++) {
      const intent = receivedIntent({ nonce: BigInt(count) })
      for (const { hear } of agents) hear(intent)
    }
    for (const { end } of agents) end()
    const fair = (2 * COUNT) / 5
    for (const count of first) expect(count).to.be.within(fair * 0.8, fair * 1.2)
  })

  it('has nothing heard after its end', async () => {
    const heard: number[] = []
    const agents = five(
      (agent) => heard.push(agent),
      () => true,
    )
    const intent = receivedIntent()
    for (const { hear } of agents) hear(intent)
    for (const { end } of agents) end()
    // As long as it takes five others that are not ended, all of whom begin later.
    const all = Promise.withResolvers<void>()
    let count = 0
    const others = five(
      () => {
        count += 1
        if (count === 5) all.resolve()
      },
      () => true,
    )
    for (const { hear } of others) hear(intent)
    await all.promise
    expect(heard).to.have.length(2)
  })
})
