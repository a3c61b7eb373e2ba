import { expect } from 'chai'
import { type Deal, hasEnded, type MeshNetwork, type Outcome } from '../../agent/index.ts'
import { HINTS } from '../../agent/protocols/negotiation/constants.ts'
import { encodeFrame, type NegotiationMessage } from '../../protocol/wire/frames.ts'
import { startRelay } from '../indexer/support/relay.ts'
import { Faults } from './support/faults.ts'
import { hostilePeer } from './support/hostile.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'

const PROPOSAL = { quantity: 100n, price: 200_000n }
const soon = () => AbortSignal.timeout(10_000)

describe('the streams of deals', function () {
  this.timeout(60_000)
  let market: TestMarket
  let buyer: MeshNetwork
  let seller: MeshNetwork
  let faults: { buyer: Faults; seller: Faults }

  before(async () => {
    market = await startMarket()
  })

  beforeEach(async () => {
    faults = { buyer: new Faults(), seller: new Faults() }
    buyer = await market.join({ onError: faults.buyer.hear })
    seller = await market.join({ onError: faults.seller.hear, bootstrapPeers: buyer.endpoints })
    buyer.onOffer(() => ({ type: 'accept' }))
  })

  after(() => market.stop())

  async function opened(): Promise<Deal> {
    const intent = await buyer.publishIntent(energyIntent(100n))
    const outcome = await seller.offer(intent, PROPOSAL, { duration: 60n })
    if (outcome.type !== 'agreed') throw new Error(`declined: ${outcome.reason} ${outcome.detail}`)
    return seller.untilDeal(outcome.deal.id, ({ state }) => state === 'opened', { signal: soon() })
  }

  it('end without a fault when an agent leaves', async () => {
    const { id } = await opened()
    await seller.deliver(id, 100n)
    await buyer.untilDeal(id, hasEnded, { signal: soon() })
    await seller.disconnect()
    expect(faults.seller.codes).to.deep.equal([])
    await buyer.disconnect()
    expect(faults.buyer.codes).to.deep.equal([])
  })

  it('wait for no strategy that does not decide', async () => {
    const answered = Promise.withResolvers<Outcome>()
    buyer.onOffer(({ outcome }) => {
      outcome.then(answered.resolve)
      return new Promise(() => {})
    })
    const intent = await buyer.publishIntent(energyIntent(100n))
    const outcome = await seller.offer(intent, PROPOSAL, { duration: 60n })
    expect(outcome, 'before the seller has to guess').to.include({ type: 'declined', reason: 'busy' })
    expect(await answered.promise).to.deep.equal(outcome)
    expect(faults.buyer.codes).to.deep.equal(['DECISION_LATE'])
    expect(faults.seller.codes).to.deep.equal([])
  })

  it('make an agent look at the chain only so often, however often a peer says that there is news', async () => {
    const relay = await startRelay(market.descriptor().rpcUrl)
    const hostile = await hostilePeer(market.descriptor())
    try {
      const network = { ...market.descriptor(), rpcUrl: relay.url }
      const victim = await market.join({ network, policy: { exposurePercent: 0n } })
      victim.onOffer(() => ({ type: 'accept' }))
      const intent = await victim.publishIntent(energyIntent(100n))
      const stream = await hostile.open(victim)
      let id = 0n
      const send = (message: NegotiationMessage) => {
        id += 1n
        stream.frame(encodeFrame({ id, replyTo: 0n, message }))
      }
      send({ type: 'proposal', offer: hostile.offerTo(intent), endpoints: [] })
      const { message } = await stream.next()
      if (message.type !== 'acceptance') throw new Error(`answered by ${message.type}`)
      const { agreementId } = message

      let looks = 0
      relay.before = async (calls) => {
        looks += calls.filter(({ params }) =>
          JSON.stringify(params ?? '').includes(agreementId.slice(2)),
        ).length
      }
      for (let hint = 0; hint < 20; hint++) {
        send({ type: 'opened', agreementId, transaction: agreementId })
        // Answered when the hint has been heard.
        send({ type: 'withdrawal', agreementId })
        expect((await stream.next()).message).to.deep.equal(message)
      }
      expect(looks).to.be.within(1, HINTS.burst)
    } finally {
      await hostile.stop()
      relay.stop()
    }
  })
})
