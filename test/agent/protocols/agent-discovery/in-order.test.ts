import { expect } from 'chai'
import { inOrder } from '../../../../agent/protocols/agent-discovery/in-order.ts'
import type { FoundAgent } from '../../../../agent/protocols/agent-discovery/index.ts'
import type { Address } from '../../../../protocol/types.ts'

/** Of which nothing counts but what is said here. */
function found(
  agent: string,
  { score = 0, distance }: { score?: number; distance?: number } = {},
): FoundAgent {
  const standing = { score: BigInt(Math.round(score * 1000)) * 10n ** 15n }
  return { record: { value: { agent } }, distance, standing } as unknown as FoundAgent
}

const namesOf = (agents: FoundAgent[]) => agents.map(({ record }) => record.value.agent as string)

/** Numerical Recipes' generator, so that a failure can be seen again. */
function drawer(): () => number {
  let state = 1
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

describe('the order in which agents are found', () => {
  const isAway = (agent: Address) => (agent as string).startsWith('away')

  it('is by reputation, or by distance, and last those that could not be reached', () => {
    const agents = [
      found('away', { score: 0.9, distance: 0 }),
      found('fair', { score: 0.5, distance: 2 }),
      found('good', { score: 0.8, distance: 3 }),
      found('new', { distance: 1 }),
    ]
    const order = (isNearestFirst: boolean) =>
      namesOf(inOrder(agents, { isNearestFirst, isAway, draw: () => 0.5 }))
    expect(order(false)).to.deep.equal(['good', 'fair', 'new', 'away'])
    expect(order(true)).to.deep.equal(['new', 'fair', 'good', 'away'])
  })

  it('gives nobody of ten that are about as good more than twice its share', () => {
    const agents = Array.from({ length: 10 }, (_, index) => found(`${index}`, { score: 0.8 + index / 200 }))
    const draw = drawer()
    const firsts = Array.from({ length: 1000 }, () =>
      namesOf(inOrder(agents, { isNearestFirst: false, isAway, draw })).at(0),
    )
    const counts = [...Map.groupBy(firsts, (first) => first).values()].map(({ length }) => length)
    expect(counts).to.have.length(10)
    expect(Math.max(...counts)).to.be.below(200)
  })
})
