import { expect } from 'chai'
import { createPublicClient, http } from 'viem'
import * as ledger from '../../agent/chain/actions/ledger.ts'
import { freeStake } from '../../agent/chain/actions/stake-vault.ts'
import * as token from '../../agent/chain/actions/token.ts'
import { type Deal, hasEnded, type MeshNetwork, paymentOf, type ReceivedIntent } from '../../agent/index.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'

/** The intent as it reaches an agent over the wire. */
function heardBy(agent: MeshNetwork, maker: MeshNetwork): Promise<ReceivedIntent> {
  return new Promise((resolve) => {
    const stop = agent.subscribeToIntents((intent) => {
      if (intent.value.agent !== maker.address) return
      stop()
      resolve(intent)
    })
  })
}

describe('a deal over QUIC and a chain', function () {
  this.timeout(60_000)
  let market: TestMarket
  let buyer: MeshNetwork
  let seller: MeshNetwork

  before(async () => {
    market = await startMarket()
    // Often, because who was heard of before it was registered is a stranger until the chain is asked again.
    buyer = await market.join({ governanceInterval: 100 })
    seller = await market.join({ bootstrapPeers: buyer.endpoints, governanceInterval: 100 })
  })

  after(() => market.stop())

  const onChain = () => {
    const { rpcUrl, deployment } = market.descriptor()
    return { client: createPublicClient({ transport: http(rpcUrl) }), ...deployment.contracts }
  }

  async function settle(offered: { quantity: bigint; price: bigint }): Promise<{ sold: Deal; bought: Deal }> {
    const heard = heardBy(seller, buyer)
    await buyer.publishIntent(energyIntent(400n))
    const outcome = await seller.offer(await heard, offered, { duration: 60n })
    if (outcome.type !== 'agreed') throw new Error(`declined: ${outcome.reason} ${outcome.detail}`)
    const { id, agreement } = outcome.deal
    await seller.untilDeal(id, ({ state }) => state === 'opened', { signal: AbortSignal.timeout(10_000) })
    await seller.deliver(id, agreement.quantity)
    const signal = AbortSignal.timeout(10_000)
    const [sold, bought] = await Promise.all([
      seller.untilDeal(id, hasEnded, { signal }),
      buyer.untilDeal(id, hasEnded, { signal }),
    ])
    return { sold, bought }
  }

  it('goes from intent over offer and counter-offer to settlement, and both sides know the same', async () => {
    buyer.onOffer(({ offer }) =>
      offer.terms.round === 1n
        ? { type: 'counter', proposal: { quantity: 300n, price: 150_000n } }
        : { type: 'accept' },
    )
    const { client, treasury: address, testDollar } = onChain()
    const balance = (agent: MeshNetwork) => ledger.balanceOf(client, address, testDollar, agent.address)
    const before = { buyer: await balance(buyer), seller: await balance(seller) }
    const { sold, bought } = await settle({ quantity: 400n, price: 200_000n })

    expect(sold.state).to.equal('settled')
    expect(bought.state).to.equal('settled')
    expect(sold.terms.round).to.equal(2n)
    expect(bought.agreement).to.deep.equal(sold.agreement)
    expect(bought.signatures).to.deep.equal(sold.signatures)
    expect(sold.agreement).to.include({ quantity: 300n, price: 150_000n })
    const payment = paymentOf(sold.agreement)
    const fee = (payment * 25n) / 10_000n
    expect(payment).to.equal(45_000n)
    expect(await balance(buyer)).to.equal(before.buyer - payment)
    expect(await balance(seller)).to.equal(before.seller + payment - fee)
    expect(buyer.totals().paid).to.equal(seller.totals().received + seller.totals().fees)
    // The deal is worth 0.045 tokens, and the chain says 0.5.
    expect(await buyer.reputationOf(seller.address)).to.be.closeTo((0.5 + 0.045) / 1.045, 1e-4)
    expect(await seller.reputationOf(buyer.address)).to.be.above(0.5)
  })

  it('is paid straight from the wallet of a buyer that has no balance, by an EIP-3009 authorization', async () => {
    const walletBuyer = await market.join({
      bootstrapPeers: buyer.endpoints,
      paymentMethod: 'authorization',
      balance: 0n,
    })
    walletBuyer.onOffer(() => ({ type: 'accept' }))
    const { client, testDollar } = onChain()
    const before = await token.balanceOf(client, testDollar, walletBuyer.address)
    const heard = heardBy(seller, walletBuyer)
    await walletBuyer.publishIntent(energyIntent(100n))
    const outcome = await seller.offer(await heard, { quantity: 100n, price: 200_000n }, { duration: 60n })
    if (outcome.type !== 'agreed') throw new Error(`declined: ${outcome.reason} ${outcome.detail}`)
    await seller.untilDeal(outcome.deal.id, ({ state }) => state === 'opened', {
      signal: AbortSignal.timeout(10_000),
    })
    await seller.deliver(outcome.deal.id, 100n)
    const deal = await walletBuyer.untilDeal(outcome.deal.id, hasEnded, {
      signal: AbortSignal.timeout(10_000),
    })

    expect(deal.state).to.equal('settled')
    expect(await token.balanceOf(client, testDollar, walletBuyer.address)).to.equal(before - 20_000n)
  })

  it('comes to nothing when the buyer declines, and says why', async () => {
    buyer.onOffer(() => ({ type: 'decline', reason: 'price' }))
    const heard = heardBy(seller, buyer)
    await buyer.publishIntent(energyIntent(400n))
    const outcome = await seller.offer(await heard, { quantity: 1n, price: 999_999n }, { duration: 60n })
    expect(outcome).to.deep.include({ type: 'declined', reason: 'price' })
  })

  it('is refunded after the deadline when nothing was delivered, and costs the seller a tenth of its stake', async () => {
    buyer.onOffer(() => ({ type: 'accept' }))
    const seller2 = await market.join({ bootstrapPeers: buyer.endpoints, policy: { offerLife: 2n } })
    const heard = heardBy(seller2, buyer)
    await buyer.publishIntent(energyIntent(400n))
    const outcome = await seller2.offer(await heard, { quantity: 400n, price: 200_000n }, { duration: 4n })
    if (outcome.type !== 'agreed') throw new Error(`declined: ${outcome.reason} ${outcome.detail}`)
    const { id, agreement } = outcome.deal
    await seller2.untilDeal(id, ({ state }) => state === 'opened', { signal: AbortSignal.timeout(10_000) })
    const { client, treasury: address, testDollar, intentEscrow } = onChain()
    const inEscrow = await ledger.balanceOf(client, address, testDollar, buyer.address)
    const signal = AbortSignal.timeout(20_000)
    const ends = await Promise.all([
      seller2.untilDeal(id, hasEnded, { signal }),
      buyer.untilDeal(id, hasEnded, { signal }),
    ])
    expect(ends.map(({ state }) => state)).to.deep.equal(['refunded', 'refunded'])
    expect(await buyer.reputationOf(seller2.address), 'it did not deliver').to.be.below(0.5)
    expect(await seller2.reputationOf(buyer.address), "that was not the buyer's fault").to.equal(0.5)
    expect(await ledger.balanceOf(client, address, testDollar, buyer.address)).to.equal(inEscrow + 80_000n)
    const position = { agentId: agreement.agentId, depositor: seller2.address, module: intentEscrow }
    expect(await freeStake(client, address, position)).to.equal(50_000_000n - 8_000n)
  })
})
