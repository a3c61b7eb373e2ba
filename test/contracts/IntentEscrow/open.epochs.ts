import { newDeal, open, pack, sign } from '../agreement.ts'
import { bindWallet, expect, loadFixture } from '../base.ts'
import { mandatedMarket } from './fixture.ts'

describe('IntentEscrow: open, the epochs of the keys', () => {
  it('makes what a revoked seller’s key signed worthless, also when the same key is bound again', async () => {
    const d = await loadFixture(mandatedMarket)
    const deal = await newDeal(d)
    await d.registry.connect(d.owner).unsetAgentWallet(d.agentId)
    const refused = () =>
      expect(open(d, deal))
        .to.be.revertedWithCustomError(d.escrow, 'SellerNotBound')
        .withArgs(d.seller, d.agentId, 1n)
    await refused()
    await bindWallet(d, d.owner, d.agentId, d.seller)
    await refused()
    await open(d, await newDeal(d, { sellerEpoch: 3n }))
  })

  it('makes what a revoked buyer’s key signed worthless to the owner’s money, also when it is bound again', async () => {
    const d = await loadFixture(mandatedMarket)
    const deal = await newDeal(d, d.mandated)
    await d.registry.connect(d.stranger).unsetAgentWallet(d.buyingAgent)
    const refused = () =>
      expect(open(d, deal))
        .to.be.revertedWithCustomError(d.escrow, 'PayerNotBound')
        .withArgs(d.buyer, d.stranger, 1n)
    await refused()
    await bindWallet(d, d.stranger, d.buyingAgent, d.buyer)
    await refused()
    await open(d, await newDeal(d, { ...d.mandated, buyerEpoch: 3n }))
  })

  it('makes both worthless when the agent is sold', async () => {
    const d = await loadFixture(mandatedMarket)
    const [ofSeller, ofBuyer] = [await newDeal(d), await newDeal(d, d.mandated)]
    await d.registry.connect(d.stranger).transferFrom(d.stranger, d.payout, d.buyingAgent)
    await expect(open(d, ofBuyer)).to.be.revertedWithCustomError(d.escrow, 'PayerNotBound')
    await d.registry.connect(d.owner).transferFrom(d.owner, d.payout, d.agentId)
    await expect(open(d, ofSeller)).to.be.revertedWithCustomError(d.escrow, 'SellerNotBound')
  })

  it('does not ask for the epoch of a buyer that pays for itself', async () => {
    const d = await loadFixture(mandatedMarket)
    const deal = await newDeal(d)
    await d.registry.connect(d.stranger).unsetAgentWallet(d.buyingAgent)
    await d.escrow.open(
      pack(deal.agreement),
      await sign(d, d.buyer, deal),
      await sign(d, d.seller, deal),
      '0x',
    )
  })
})
