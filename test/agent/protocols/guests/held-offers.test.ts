import { expect } from 'chai'
import type { Hex } from '../../../../agent/index.ts'
import { HeldOffers } from '../../../../agent/protocols/guests/held-offers.ts'
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
})
