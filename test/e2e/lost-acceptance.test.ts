import { join } from 'node:path'
import { expect } from 'chai'
import {
  type Deal,
  hasEnded,
  type MeshNetwork,
  type Outcome,
  type ReceivedIntent,
} from '../../agent/index.ts'
import { encodeFrame } from '../../protocol/wire/frames.ts'
import { Faults } from './support/faults.ts'
import { hostilePeer } from './support/hostile.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'
import { type TcpRelay, tcpRelay } from './support/tcp-relay.ts'

const PROPOSAL = { quantity: 100n, price: 200_000n }
const soon = () => AbortSignal.timeout(10_000)

describe('an acceptance that is lost together with its stream', function () {
  this.timeout(60_000)
  let market: TestMarket
  let seller: MeshNetwork
  let buyer: MeshNetwork
  const relays: TcpRelay[] = []

  before(async () => {
    market = await startMarket()
  })

  beforeEach(async () => {
    // Neither is the other's bootstrap peer: all that they ever send goes through the relay.
    buyer = await market.join()
    seller = await market.join()
  })

  after(async () => {
    for (const relay of relays) relay.stop()
    await market.stop()
  })

  /** An agent's intent with the relay as the only way to it, and the relay. */
  async function behindRelay(intent: ReceivedIntent): Promise<{ intent: ReceivedIntent; relay: TcpRelay }> {
    const relay = await tcpRelay(intent.value.endpoints)
    relays.push(relay)
    return { intent: { ...intent, value: { ...intent.value, endpoints: [relay.endpoint] } }, relay }
  }

  /** The buyer counters the seller's offer, and the seller accepts when nothing gets through any more. */
  async function toCounterOffer(): Promise<Outcome> {
    buyer.onOffer(() => ({ type: 'counter', proposal: PROPOSAL }))
    const { intent, relay } = await behindRelay(await buyer.publishIntent(energyIntent(100n)))
    const decide = () => {
      relay.cut()
      return { type: 'accept' } as const
    }
    return seller.offer(intent, { ...PROPOSAL, price: 250_000n }, { duration: 60n, decide })
  }

  /** The buyer answers the seller's intent, and the seller accepts when nothing gets through any more. */
  async function toOffer(): Promise<Outcome> {
    const published = await seller.publishIntent({ ...energyIntent(100n), side: 'sell' })
    const { intent, relay } = await behindRelay(published)
    const { promise, resolve } = Promise.withResolvers<Outcome>()
    seller.onOffer(({ outcome }) => {
      resolve(outcome)
      relay.cut()
      return { type: 'accept' }
    })
    buyer.offer(intent, PROPOSAL, { duration: 60n }).catch(() => undefined)
    return promise
  }

  /** Everything goes on from the chain, which the seller's transaction told of the deal. */
  async function expectSettled(outcome: Outcome): Promise<void> {
    if (outcome.type !== 'agreed') throw new Error(`declined: ${outcome.reason} ${outcome.detail}`)
    const { id, agreement } = outcome.deal
    await seller.untilDeal(id, ({ state }) => state === 'opened', { signal: soon() })
    const { signatures } = await buyer.untilDeal(id, ({ state }) => state === 'opened', { signal: soon() })
    expect(signatures, "the seller's signature never arrived").to.have.all.keys('buyer')
    await expectDelivered({ id, agreement })
  }

  async function expectDelivered({ id, agreement }: Pick<Deal, 'id' | 'agreement'>): Promise<void> {
    await seller.deliver(id, agreement.quantity)
    const ends = await Promise.all([
      seller.untilDeal(id, hasEnded, { signal: soon() }),
      buyer.untilDeal(id, hasEnded, { signal: soon() }),
    ])
    expect(ends.map(({ state }) => state)).to.deep.equal(['settled', 'settled'])
  }

  for (const [what, accept] of [
    ['a counter-offer', toCounterOffer],
    ['an offer', toOffer],
  ] as const) {
    it(`to ${what} is honoured by the buyer, which has it from the chain alone`, async () => {
      await expectSettled(await accept())
    })
  }

  it('to a counter-offer is honoured to a seller that has started again since', async () => {
    seller = await market.join({ directory: join(market.directory, 'seller') })
    const outcome = await toCounterOffer()
    if (outcome.type !== 'agreed') throw new Error(`declined: ${outcome.reason} ${outcome.detail}`)
    await seller.untilDeal(outcome.deal.id, ({ state }) => state === 'opened', { signal: soon() })
    await seller.disconnect()
    await seller.connect()
    const deal = await seller.deliver(outcome.deal.id, outcome.deal.agreement.quantity)
    expect(deal.state).to.equal('settled')
  })

  it('is honoured by a seller for whom the buyer opens the deal, whose signature never arrived', async () => {
    seller = await market.join({ policy: { offerLife: 4n } })
    const { intent, relay } = await behindRelay(await buyer.publishIntent(energyIntent(100n)))
    buyer.onOffer(() => {
      relay.cut()
      return { type: 'accept' }
    })
    const offered = seller.offer(intent, PROPOSAL, { duration: 60n })
    const accepted = new Promise<Deal>((resolve) => {
      buyer.onDealChange((deal) => deal.state === 'signed' && resolve(deal))
    })
    await market.open(await accepted)
    const outcome = await offered
    if (outcome.type !== 'agreed') throw new Error(`declined: ${outcome.reason} ${outcome.detail}`)
    expect(outcome.deal.signatures).to.have.all.keys('seller')
    await expectDelivered(outcome.deal)
  })

  it('is not what a seller needs to find a buyer again that has answered its intent', async () => {
    seller = await market.join({ directory: join(market.directory, 'maker') })
    seller.onOffer(() => ({ type: 'accept' }))
    const intent = await seller.publishIntent({ ...energyIntent(100n), side: 'sell' })
    const outcome = await buyer.offer(intent, PROPOSAL, { duration: 60n })
    if (outcome.type !== 'agreed') throw new Error(`declined: ${outcome.reason} ${outcome.detail}`)
    await seller.untilDeal(outcome.deal.id, ({ state }) => state === 'opened', { signal: soon() })
    // Nobody dials it: whoever is dialled need not be looked for.
    await seller.disconnect()
    await seller.connect()
    await expectDelivered(outcome.deal)
  })

  it('binds whoever has signed it, though it could not be sent', async () => {
    const faults = new Faults()
    // Over QUIC a stream that the other side resets stays open for writing, and the loss goes unnoticed.
    const signer = await market.join({
      onError: faults.hear,
      listen: ['/ip4/127.0.0.1/tcp/0'],
      policy: { exposurePercent: 0n },
    })
    const hostile = await hostilePeer(market.descriptor())
    try {
      const intent = await signer.publishIntent(energyIntent(100n))
      const peer = await hostile.open(signer)
      const outcome = new Promise<Outcome>((resolve) => {
        signer.onOffer(async (received) => {
          resolve(received.outcome)
          peer.stream.abort(new Error('gone'))
          await faults.until('CHANNEL_CLOSED')
          return { type: 'accept' }
        })
      })
      const message = { type: 'proposal', offer: hostile.offerTo(intent), endpoints: [] } as const
      peer.frame(encodeFrame({ id: 1n, replyTo: 0n, message }))
      const { type, deal } = { deal: undefined, ...(await outcome) }
      expect(type).to.equal('agreed')
      expect(signer.deals().map(({ id, state }) => ({ id, state }))).to.deep.equal([
        { id: deal?.id, state: 'signed' },
      ])
      expect(
        faults.codes.filter((code) => code === 'CHANNEL_CLOSED'),
        'when reading and when writing',
      ).to.have.length(2)
    } finally {
      await hostile.stop()
    }
  })
})
