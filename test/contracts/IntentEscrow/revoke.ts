import { market, newDeal, open, pack, Status } from '../agreement.ts'
import { expect, loadFixture } from '../base.ts'
import { expectOnlyIn, expectStatusRefused, mandatedMarket, newTrade } from './fixture.ts'

describe('IntentEscrow: revoke', () => {
  for (const party of ['buyer', 'seller', 'payer'] as const) {
    it(`lets the ${party} withdraw the word that was given, for ever`, async () => {
      const d = await loadFixture(mandatedMarket)
      const deal = await newDeal(d, d.mandated)
      const account = party === 'payer' ? d.stranger : d[party]
      await expect(d.escrow.connect(account).revoke(pack(deal.agreement)))
        .to.emit(d.escrow, 'Revoked')
        .withArgs(deal.id, account)
      expect(await d.escrow.statusOf(deal.id)).to.equal(Status.Revoked)
      await expectStatusRefused(d, deal, open(d, deal), Status.Revoked)
    })
  }

  it('is refused to everybody else', async () => {
    const d = await loadFixture(market)
    const { agreement } = await newDeal(d)
    for (const account of [d.stranger, d.payout, d.owner]) {
      await expect(d.escrow.connect(account).revoke(pack(agreement)))
        .to.be.revertedWithCustomError(d.escrow, 'NotParty')
        .withArgs(account)
    }
  })

  it('lets nobody revoke for another by naming itself as the other side', async () => {
    const d = await loadFixture(market)
    const deal = await newDeal(d)
    await d.escrow.connect(d.stranger).revoke(pack({ ...deal.agreement, seller: d.stranger.address }))
    expect(await d.escrow.statusOf(deal.id)).to.equal(Status.None)
    await open(d, deal)
  })

  it('works in no status but None', async () => {
    const d = await loadFixture(market)
    await expectOnlyIn(d, ['None'], ({ agreement }) => d.escrow.connect(d.seller).revoke(pack(agreement)))
  })

  it('is refused for spot trades, which have nonces', async () => {
    const d = await loadFixture(market)
    const { agreement } = await newTrade(d)
    await expect(d.escrow.connect(d.seller).revoke(pack(agreement)))
      .to.be.revertedWithCustomError(d.escrow, 'InvalidDeadline')
      .withArgs(agreement.expiry, 0n, 0n)
  })
})
