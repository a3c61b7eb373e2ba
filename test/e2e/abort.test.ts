import { join } from 'node:path'
import { expect } from 'chai'
import {
  type Deal,
  type Decision,
  type FoundAgent,
  hasEnded,
  type MeshNetwork,
  type ReceivedIntent,
} from '../../agent/index.ts'
import { type Relay, startRelay } from '../indexer/support/relay.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'

const PROPOSAL = { quantity: 100n, price: 200_000n }
const refusal = (doing: Promise<unknown>) => doing.catch((reason: unknown) => reason)
const soon = () => AbortSignal.timeout(20_000)

describe('what an agent waits for', function () {
  this.timeout(60_000)
  const reason = new Error('changed my mind')
  let market: TestMarket
  let rpc: Relay
  let seller: MeshNetwork
  let buyer: MeshNetwork

  before(async () => {
    market = await startMarket()
    rpc = await startRelay(market.descriptor().rpcUrl ?? '')
  })
  beforeEach(async () => {
    rpc.before = async () => {}
    buyer = await market.join({ policy: { exposurePercent: 0n } })
    seller = await market.join({ rpcUrl: rpc.url, directory: join(market.directory, crypto.randomUUID()) })
  })
  after(async () => {
    await market.stop()
    rpc.stop()
  })

  /** A deal that both have signed and the chain has opened. */
  async function opened(): Promise<Deal> {
    buyer.onOffer(() => ({ type: 'accept' }))
    const outcome = await seller.offer(await buyer.publishIntent(energyIntent(100n)), PROPOSAL, {
      duration: 60n,
    })
    if (outcome.type !== 'agreed') throw new Error(`declined: ${outcome.reason}`)
    return seller.untilDeal(outcome.deal.id, ({ state }) => state === 'opened', { signal: soon() })
  }

  it('is not even begun by a signal that was aborted before', async () => {
    const { id } = await opened()
    const intent = await buyer.publishIntent(energyIntent(100n))
    const options = { signal: AbortSignal.abort(reason) }
    const sent: string[] = []
    rpc.before = async (calls) => void sent.push(...calls.map(({ method }) => method))
    const found: FoundAgent[] = []
    const all: Record<string, () => Promise<unknown>> = {
      enroll: () => seller.enroll({ agentURI: 'data:,x', stake: 10n ** 12n, balance: 10n ** 12n }, options),
      publishIntent: () => seller.publishIntent(energyIntent(1n), options),
      discoverAgents: () => seller.discoverAgents('energy.supply', options),
      agents: async () => {
        for await (const agent of seller.agents('energy.supply', options)) found.push(agent)
      },
      intents: async () => {
        for await (const heard of seller.intents(options)) return heard
        return undefined
      },
      challenge: async () => {
        const [agent] = await buyer.discoverAgents('energy.supply')
        return agent && buyer.challenge(agent, async () => false, options)
      },
      reach: () => seller.reach(intent, options),
      offer: () => seller.offer(intent, PROPOSAL, { duration: 60n, ...options }),
      negotiate: () => seller.negotiate(intent, { low: 80_000n, high: 300_000n }, options),
      settle: () => seller.settle(id, options),
      request: async () => {
        const [agent] = await buyer.discoverAgents('energy.supply')
        return agent && buyer.request(agent, 'anybody there?', options)
      },
      withdrawOffer: () => seller.withdrawOffer(id, options),
      deliver: () => seller.deliver(id, 100n, options),
      cancelOffer: () => seller.cancelOffer(id, options),
      cancelDeal: () => seller.cancelDeal(id, options),
      untilDeal: () => seller.untilDeal(id, () => true, options),
      reputationOf: () => seller.reputationOf(buyer.address, options),
      'account.binding': () => seller.account.binding(options),
      'account.requestWithdrawal': () => seller.account.requestWithdrawal(1n, options),
    }
    for (const [name, call] of Object.entries(all)) {
      expect(await refusal(call()), name).to.equal(reason)
    }
    expect(found).to.deep.equal([])
    expect(sent).to.not.include('eth_sendRawTransaction')
    expect(seller.deal(id)?.state).to.equal('opened')
    expect(seller.deals().map((deal) => deal.id)).to.deep.equal([id])
  })

  it('is given up, and what was sent by then is still written down', async () => {
    const { id } = await opened()
    const ending = new AbortController()
    rpc.before = async (calls) => {
      if (calls.some(({ method }) => method === 'eth_sendRawTransaction')) ending.abort(reason)
    }
    expect(await refusal(seller.cancelDeal(id, { signal: ending.signal }))).to.equal(reason)
    // After the start of the delivery a seller that cancels has the payment refunded.
    expect((await seller.untilDeal(id, hasEnded, { signal: soon() })).state).to.equal('refunded')
  })

  it('is not sent when it is given up before', async () => {
    const { id } = await opened()
    const ending = new AbortController()
    const sent: string[] = []
    rpc.before = async (calls) => {
      sent.push(...calls.map(({ method }) => method))
      if (sent.includes('eth_estimateGas')) ending.abort(reason)
    }
    expect(await refusal(seller.cancelDeal(id, { signal: ending.signal }))).to.equal(reason)
    // What is sent next goes after whatever was to be sent before.
    await seller.account.requestWithdrawal(1n)
    expect(sent.filter((method) => method === 'eth_sendRawTransaction')).to.have.lengthOf(1)
    expect(seller.deal(id)?.state).to.equal('opened')
  })

  it('ends when the agent leaves; what it signed is there when it comes back', async () => {
    const decision = Promise.withResolvers<Decision>()
    const asked = Promise.withResolvers<void>()
    buyer.onOffer(() => {
      asked.resolve()
      return decision.promise
    })
    const intent: ReceivedIntent = await buyer.publishIntent(energyIntent(100n))
    const offered = refusal(seller.offer(intent, PROPOSAL, { duration: 60n }))
    await asked.promise
    const [deal] = seller.deals()
    if (deal === undefined) throw new Error('nothing was offered')
    const waiting = refusal(seller.untilDeal(deal.id, hasEnded))
    const listening = refusal(seller.intents()[Symbol.asyncIterator]().next())
    rpc.before = () => new Promise(() => undefined)
    const reading = refusal(seller.account.balance())
    await seller.disconnect()
    rpc.before = async () => {}
    for (const error of await Promise.all([offered, waiting, listening, reading])) {
      expect(error).to.include({ name: 'RefusedError', code: 'DISCONNECTED' })
    }
    expect(await refusal(seller.publishIntent(energyIntent(1n)))).to.include({ code: 'NOT_CONNECTED' })
    await seller.connect()
    expect(seller.deal(deal.id)?.state).to.equal('offered')
    decision.resolve({ type: 'decline', reason: 'filled' })
  })
})
