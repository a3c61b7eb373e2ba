import { expect } from 'chai'
import { checkOwnOffers, LiveOffers } from '../../agent/protocols/negotiation/live-offers.ts'
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

describe('checkOwnOffers', () => {
  const to = (peer: string, count: number) =>
    Array.from({ length: count }, () => ({ state: 'offered', peer }) as const)
  const refused = (live: Parameters<typeof checkOwnOffers>[0]) =>
    failure(() => checkOwnOffers(live, 'bob', { most: 5, mostPerPeer: 2 }))?.code

  it('bounds them in all, and to one counterparty', () => {
    expect(refused([...to('carol', 3), ...to('bob', 1)])).to.equal(undefined)
    expect(refused(to('bob', 2))).to.equal('TOO_MANY_OFFERS')
    expect(refused(to('carol', 5))).to.equal('TOO_MANY_OFFERS')
  })

  it('counts none that was answered', () => {
    expect(refused(to('bob', 9).map((deal) => ({ ...deal, state: 'signed' as const })))).to.equal(undefined)
  })
})
