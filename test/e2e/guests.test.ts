import { expect } from 'chai'
import { getAbiItem, toFunctionSelector } from 'viem'
import {
  type Hex,
  hasEnded,
  isOpen,
  type MeshError,
  type MeshNetwork,
  type Outcome,
  type ReceivedIntent,
} from '../../agent/index.ts'
import type { GuestOffer } from '../../agent/protocols/guests/index.ts'
import { stakeVaultAbi } from '../../protocol/abis/index.ts'
import { until } from '../agent/support/until.ts'
import { startRelay } from '../indexer/support/relay.ts'
import { Faults } from './support/faults.ts'
import { type Guest, newGuest } from './support/guest.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'

/** Selector of `freeStake`. */
const STAKE_READ = toFunctionSelector(getAbiItem({ abi: stakeVaultAbi, name: 'freeStake' })).slice(2)

describe('agents without a node, and their carrier', function () {
  this.timeout(60_000)
  let market: TestMarket
  let seller: MeshNetwork
  let carrier: MeshNetwork
  let faults: Faults

  before(async () => {
    market = await startMarket()
    faults = new Faults()
    seller = await market.join({ onError: faults.hear })
    carrier = await market.join({
      ...{ bootstrapPeers: seller.endpoints, enrolls: false, onError: faults.hear },
      ...{ capabilities: [], domains: ['energy'] },
    })
  })

  after(() => market.stop())

  beforeEach(() => faults.seen.splice(0))

  const limits = { price: 300_000n, quantity: 100n }

  /** The guest's intent in the mesh, and the first offer to it that comes to the carrier. */
  async function offered(guest: Guest): Promise<{ held: GuestOffer; outcome: Promise<Outcome> }> {
    const { promise, resolve } = Promise.withResolvers<GuestOffer>()
    const { promise: outcome, resolve: settle } = Promise.withResolvers<Promise<Outcome>>()
    const stop = carrier.guests.onOffer(resolve)
    const stopHearing = seller.subscribeToIntents((intent) => {
      if (intent.value.agent !== guest.account.address) return
      settle(seller.offer(intent, limits, { duration: 120n }))
    })
    try {
      const intent = carrier.guestIntent(guest.account.address, energyIntent(100n))
      const signature = await guest.signIntent(intent)
      await carrier.guests.publish({ value: intent, signature })
      return { held: await promise, outcome: outcome.then((each) => each) }
    } finally {
      stop()
      stopHearing()
    }
  }

  const codeOf = (refused: Promise<unknown>) =>
    refused.then(
      () => undefined,
      (error: MeshError) => error.code,
    )

  it('buy with a key alone: what they sign is opened, delivered and paid for, and costs them no gas', async () => {
    const guest = await newGuest(market)
    const { held, outcome } = await offered(guest)
    const deal = await carrier.guests.accept(held.id, await guest.accept(held.id, held.offer))
    expect(deal.state).to.equal('opened')
    const agreed = await outcome
    expect(agreed.type).to.equal('agreed')
    await seller.deliver(held.id, 100n)
    const { release } = carrier.guests.delivered(held.id)
    await carrier.guests.release(held.id, await guest.signRelease(release))
    const { outcome: end } = await seller.untilDeal(held.id, hasEnded)
    expect(end).to.deep.equal({ quantity: 100n, paid: 30_000n })
    expect(faults.codes).to.deep.equal(['DELIVERY_REFUSED'])
  })

  it('are bound by nothing that they have not signed', async () => {
    const guest = await newGuest(market)
    const other = await newGuest(market)
    const { held, outcome } = await offered(guest)
    const forged = { ...held.offer, agreement: { ...held.offer.agreement, buyer: other.account.address } }
    const forgery = await other.accept(held.id, forged)
    expect(await codeOf(carrier.guests.accept(held.id, forgery))).to.equal('SIGNER_WRONG')
    expect(carrier.guests.deal(held.id)).to.equal(undefined)
    await seller.withdrawOffer(held.id)
    expect((await outcome).type).to.equal('declined')
  })

  it('can accept what was taken back no more', async () => {
    const guest = await newGuest(market)
    const { held, outcome } = await offered(guest)
    expect((await seller.withdrawOffer(held.id)).type).to.equal('declined')
    expect(await outcome).to.include({ type: 'declined', reason: 'withdrawn' })
    const accepted = await guest.accept(held.id, held.offer)
    expect(await codeOf(carrier.guests.accept(held.id, accepted))).to.equal('OFFER_UNKNOWN')
    expect(seller.deals().some((deal) => deal.id === held.id && isOpen(deal))).to.equal(false)
  })

  it('that accept twice at once have one deal', async () => {
    const guest = await newGuest(market)
    const { held, outcome } = await offered(guest)
    const accepted = await guest.accept(held.id, held.offer)
    const [first, second] = await Promise.all([
      carrier.guests.accept(held.id, accepted),
      carrier.guests.accept(held.id, accepted),
    ])
    expect([first.state, second.state]).to.deep.equal(['opened', 'opened'])
    expect((await outcome).type).to.equal('agreed')
  })

  it('never hold what was taken back while it was looked at', async () => {
    const guest = await newGuest(market, 0n)
    const { rpcUrl } = market.descriptor()
    const relay = await startRelay(rpcUrl)
    const slow = await market.join({
      ...{ network: { ...market.descriptor(seller.endpoints), rpcUrl: relay.url }, enrolls: false },
      ...{ capabilities: [], domains: ['energy'] },
    })
    const looking = Promise.withResolvers<void>()
    const seen = Promise.withResolvers<void>()
    relay.before = async (calls) => {
      if (!calls.some((call) => JSON.stringify(call.params).includes(STAKE_READ))) return
      looking.resolve()
      await seen.promise
    }
    const offered = Promise.withResolvers<Hex>()
    const stop = seller.subscribeToIntents((intent) => {
      if (intent.value.agent !== guest.account.address) return
      seller.offer(intent, limits, { duration: 120n }).catch(offered.reject)
    })
    const stopWatching = seller.onDealChange(({ id, state }) => state === 'offered' && offered.resolve(id))
    try {
      const value = slow.guestIntent(guest.account.address, energyIntent(100n))
      await slow.guests.publish({ value, signature: await guest.signIntent(value) })
      const id = await offered.promise
      await looking.promise
      const withdrawn = await seller.withdrawOffer(id)
      expect(withdrawn).to.include({ type: 'declined', reason: 'withdrawn' })
      seen.resolve()
      // What comes after it on the same stream has been dealt with when that has.
      await slow.account.balance()
      expect(() => slow.guests.offered(id)).to.throw(/no such offer/)
    } finally {
      seen.resolve()
      stop()
      stopWatching()
      await slow.disconnect()
      relay.stop()
    }
  })

  it('see no offer that the chain would not open', async () => {
    const guest = await newGuest(market)
    const poor = await market.join({ bootstrapPeers: seller.endpoints, stake: 40_000n })
    const other = await market.join({ bootstrapPeers: seller.endpoints, capabilities: [] })
    const decided = Promise.withResolvers<Outcome>()
    const offer = (intent: ReceivedIntent) => poor.offer(intent, limits, { duration: 120n })
    // It remembers for some seconds that its stake was enough.
    await offer(await other.publishIntent(energyIntent(100n)))
    await poor.account.requestStakeWithdrawal(40_000n)
    const stop = poor.subscribeToIntents((intent) => {
      if (intent.value.agent === guest.account.address) offer(intent).then(decided.resolve, decided.reject)
    })
    try {
      const value = carrier.guestIntent(guest.account.address, energyIntent(100n))
      await carrier.guests.publish({ value, signature: await guest.signIntent(value) })
      expect(await decided.promise).to.include({
        type: 'declined',
        reason: 'invalid',
        detail: 'STAKE_TOO_LOW',
      })
    } finally {
      stop()
    }
  })

  it('see few offers of one seller, so that there is room for others', async () => {
    const guest = await newGuest(market)
    const refused = Promise.withResolvers<Outcome>()
    const stop = seller.subscribeToIntents((intent) => {
      if (intent.value.agent !== guest.account.address) return
      const offers = Array.from({ length: 5 }, () => seller.offer(intent, limits, { duration: 120n }))
      Promise.any(offers).then(refused.resolve, refused.reject)
    })
    try {
      const value = carrier.guestIntent(guest.account.address, energyIntent(100n))
      await carrier.guests.publish({ value, signature: await guest.signIntent(value) })
      expect(await refused.promise).to.include({ type: 'declined', detail: 'CARRIER_FULL' })
    } finally {
      stop()
    }
  })

  // Last: the chain's clock is ahead from here on.
  it('get back what nobody has earned, without gas', async () => {
    const guest = await newGuest(market)
    const { held, outcome } = await offered(guest)
    await carrier.guests.accept(held.id, await guest.accept(held.id, held.offer))
    expect((await outcome).type).to.equal('agreed')
    await market.later(400)
    const deal = await until(() => {
      const found = carrier.guests.deal(held.id)
      return found !== undefined && hasEnded(found) ? found : undefined
    })
    expect(deal.state).to.equal('refunded')
  })
})
