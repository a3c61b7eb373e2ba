import { market, newDeal, open, pack } from '../agreement.ts'
import { expect, loadFixture } from '../base.ts'
import { delivered, newTrade, ruledBy, signDispute, signedByBoth } from '../IntentEscrow/fixture.ts'

describe('Regression: a dispute with oneself', () => {
  it('opens and trades nothing whose buyer or payer is the seller', async () => {
    const d = await loadFixture(market)
    for (const change of [{ seller: d.buyer.address }, { payer: d.seller.address }]) {
      await expect(open(d, await newDeal(d, change))).to.be.revertedWithCustomError(d.escrow, 'SameParty')
      const trade = await signedByBoth(d, await newTrade(d, change))
      await expect(d.escrow.trade(...trade)).to.be.revertedWithCustomError(d.escrow, 'SameParty')
    }
  })

  it('lets the seller not put up the bond against itself with the buyer’s consent, and so be on both sides', async () => {
    const d = await loadFixture(market)
    const deal = await delivered(d, {}, ruledBy(d))
    const consent = await signDispute(d, d.buyer, deal.id)
    await expect(d.escrow.connect(d.seller).dispute(pack(deal.agreement), deal.conditions, consent))
      .to.be.revertedWithCustomError(d.escrow, 'NotParty')
      .withArgs(d.seller)
    await d.escrow.connect(d.buyer).dispute(pack(deal.agreement), deal.conditions, consent)
    expect((await d.arbitrator.last()).plaintiff).to.equal(d.buyer.address)
  })
})
