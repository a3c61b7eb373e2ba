import { expect } from 'chai'
import type { Hex } from '../../../../agent/index.ts'
import { type GuestOffer, HeldOffers } from '../../../../agent/protocols/guests/held-offers.ts'
import type { ReceivedIntent } from '../../../../agent/protocols/intent-discovery/index.ts'

describe('the intents of guests that a carrier holds', () => {
  const intent = (hash: Hex, expiry: bigint) => ({ hash, value: { expiry } }) as ReceivedIntent
  const many = Array.from({ length: 1_000 }, (_, index) => intent(`0x${index}`, 86_400n))

  it('have room for one that is short-lived, though others want to stay for a day', () => {
    const held = new HeldOffers()
    for (const each of many) held.addIntent(each, 0n)
    held.addIntent(intent('0xaa', 30n), 0n)
    expect(held.intent('0xaa')?.value.expiry).to.equal(30n)
    expect(held.counts.intents).to.equal(1_000)
    expect(() => held.addIntent(intent('0xbb', 86_400n), 0n)).to.throw(/no room/)
  })

  it('have room for an offer of more than the least of those that fill it up', () => {
    const held = new HeldOffers()
    const wanted = intent('0x1', 100n)
    held.addIntent(wanted, 0n)
    const offer = (id: Hex, quantity: bigint) =>
      ({ id, intent: wanted, offer: { agreement: { seller: id, quantity, expiry: 60n } } }) as GuestOffer
    for (let index = 0; index < 64; index++) held.add(offer(`0xd${index}`, index === 5 ? 1n : 2n), 0n)
    held.add(offer('0xaa', 50n), 0n)
    expect(held.get('0xaa')?.offer.agreement.quantity).to.equal(50n)
    expect(held.get('0xd5')).to.equal(undefined)
    expect(held.counts.offers).to.equal(64)
    expect(() => held.add(offer('0xbb', 2n), 0n)).to.throw(/no room/)
  })
})
