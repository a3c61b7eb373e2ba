import {
  EVIDENCE,
  encodeFunding,
  FundingKind,
  newDeal,
  open,
  opened,
  PAYMENT,
  pack,
  Status,
} from '../agreement.ts'
import { DAY, DOLLAR, expect, loadFixture, time } from '../base.ts'
import { balanceOf, expectSettlement, mandatedMarket } from './fixture.ts'

/** In the mandate's day, with hours to go. */
async function morning() {
  const d = await mandatedMarket()
  await time.increaseTo((Math.floor((await time.latest()) / DAY) + 1) * DAY)
  return d
}

describe('IntentEscrow: open, paid by the owner of the buyer’s agent', () => {
  it('takes the payment from the owner, within the mandate, and refunds the owner', async () => {
    const d = await loadFixture(morning)
    const [owners, keys] = [await balanceOf(d, d.stranger), await balanceOf(d, d.buyer)]
    const deal = await opened(d, d.mandated)
    expect(await balanceOf(d, d.stranger)).to.equal(owners - PAYMENT)
    expect((await d.ledger.mandateOf(d.stranger, d.buyingAgent, d.token)).spent).to.equal(PAYMENT)
    const cancel = d.escrow.connect(d.seller).cancel(pack(deal.agreement), deal.conditions)
    await expectSettlement(d, deal, cancel, { status: Status.Cancelled, refunded: PAYMENT })
    expect([await balanceOf(d, d.stranger), await balanceOf(d, d.buyer)]).to.deep.equal([owners, keys])
  })

  it('gives back no room of the mandate with a refund', async () => {
    const d = await loadFixture(morning)
    const deal = await opened(d, d.mandated)
    await d.escrow.connect(d.seller).cancel(pack(deal.agreement), deal.conditions)
    expect((await d.ledger.mandateOf(d.stranger, d.buyingAgent, d.token)).spent).to.equal(PAYMENT)
  })

  it('stops at the cap of one payee', async () => {
    const d = await loadFixture(morning)
    const most = { ...d.mandated, quantity: DOLLAR / 2n, price: 1n, lot: 1n, nonce: 2n }
    await expect(open(d, await newDeal(d, { ...most, quantity: DOLLAR / 2n + 1n })))
      .to.be.revertedWithCustomError(d.ledger, 'PayeeCapExceeded')
      .withArgs(d.stranger, d.buyingAgent, d.payout, DOLLAR / 2n, DOLLAR / 2n + 1n)
    await opened(d, most)
  })

  it('counts whoever submits among the payees, for its relay fees', async () => {
    const d = await loadFixture(morning)
    const relayFee = (DOLLAR * 3n) / 10n
    await opened(d, { ...d.mandated, relayFee })
    await expect(open(d, await newDeal(d, { ...d.mandated, relayFee, payout: d.owner.address })))
      .to.be.revertedWithCustomError(d.ledger, 'PayeeCapExceeded')
      .withArgs(d.stranger, d.buyingAgent, d.stranger, DOLLAR / 2n - relayFee, relayFee)
  })

  it('stops at the cap of the period, whoever is paid', async () => {
    const d = await loadFixture(morning)
    const most = { ...d.mandated, quantity: DOLLAR / 2n, price: 1n, lot: 1n }
    await opened(d, { ...most, nonce: 2n })
    await opened(d, { ...most, nonce: 3n, payout: d.owner.address })
    await expect(open(d, await newDeal(d, { ...d.mandated, payout: d.feeRecipient.address })))
      .to.be.revertedWithCustomError(d.ledger, 'PeriodCapExceeded')
      .withArgs(d.stranger, d.buyingAgent, 0n, PAYMENT)
  })

  it('takes nothing from an owner that gave no mandate', async () => {
    const d = await loadFixture(morning)
    await d.ledger.connect(d.stranger).setMandate(d.token, d.buyingAgent, 0n, 0n, DAY)
    await expect(open(d, await newDeal(d, d.mandated))).to.be.revertedWithCustomError(
      d.ledger,
      'PeriodCapExceeded',
    )
  })

  it('takes nothing from anybody else, whatever mandate that gave', async () => {
    const d = await loadFixture(morning)
    await d.ledger.connect(d.owner).setMandate(d.token, d.buyingAgent, DOLLAR, DOLLAR, DAY)
    for (const payer of [d.owner.address, d.payout.address]) {
      await expect(open(d, await newDeal(d, { ...d.mandated, payer })))
        .to.be.revertedWithCustomError(d.escrow, 'PayerNotBound')
        .withArgs(d.buyer, payer, 1n)
    }
  })

  it('takes nothing for a buyer that speaks for nobody', async () => {
    const d = await loadFixture(morning)
    await d.registry.connect(d.stranger).unsetAgentWallet(d.buyingAgent)
    for (const buyerEpoch of [0n, 1n, 2n]) {
      await expect(open(d, await newDeal(d, { ...d.mandated, buyerEpoch })))
        .to.be.revertedWithCustomError(d.escrow, 'PayerNotBound')
        .withArgs(d.buyer, d.stranger, buyerEpoch)
    }
  })

  it('takes no permit or authorisation: those are the buyer’s own money', async () => {
    const d = await loadFixture(morning)
    for (const kind of Object.values(FundingKind)) {
      const funding = encodeFunding(kind, PAYMENT, 0n, '0x')
      await expect(open(d, await newDeal(d, d.mandated), funding)).to.be.revertedWithCustomError(
        d.escrow,
        'PayerNotBound',
      )
    }
  })

  it('leaves the word on the delivery to the buyer’s key', async () => {
    const d = await loadFixture(morning)
    const deal = await opened(d, d.mandated)
    await expect(
      d.escrow.connect(d.stranger).settle(pack(deal.agreement), 250n, false, EVIDENCE, '0x'),
    ).to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
    await d.escrow.connect(d.buyer).settle(pack(deal.agreement), 250n, false, EVIDENCE, '0x')
  })
})
