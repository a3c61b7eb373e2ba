import { expect } from 'chai'
import { LiveOffers } from '../../agent/protocols/negotiation/live-offers.ts'
import { failure } from '../protocol/support/failure.ts'
import { alice, bob, NOW } from './support/intents.ts'

describe('LiveOffers', () => {
  it('count those of each agent that bind it still', () => {
    const offers = new LiveOffers()
    const add = (now: bigint, agent = alice) =>
      failure(() => offers.add(agent.address, now + 15n, now, 4))?.code
    expect([1, 2, 3, 4, 5].map(() => add(NOW))).to.deep.equal([
      undefined,
      undefined,
      undefined,
      undefined,
      'TOO_MANY_OFFERS',
    ])
    expect(add(NOW, bob)).to.equal(undefined)
    expect(add(NOW + 15n), 'their last second').to.equal('TOO_MANY_OFFERS')
    expect(add(NOW + 16n)).to.equal(undefined)
  })
})
