import { DAY, DOLLAR, expect, loadFixture, time } from '../base.ts'
import { funded } from './funded.ts'

/** Fees of 2 are set aside in the seller's account, of 3 in the owner's. */
async function charged() {
  const d = await funded()
  await d.asModule.take(d.token, d.buyer, 105n)
  await d.asModule.give(d.token, d.seller, 60n, 2n)
  await d.asModule.give(d.token, d.owner, 40n, 3n)
  return d
}

describe('Ledger: collectFees', () => {
  it('moves what is set aside to the fee recipient, whoever asks', async () => {
    const d = await loadFixture(charged)
    const accounts = [d.seller, d.stranger, d.owner]
    const call = d.ledger.connect(d.stranger).collectFees(d.token, accounts)
    await expect(call).to.emit(d.ledger, 'FeesCollected').withArgs(d.token, d.seller, 2n)
    await expect(call).to.emit(d.ledger, 'FeesCollected').withArgs(d.token, d.owner, 3n)
    expect((await (await call).wait())?.logs.length).to.equal(2)
    expect(await d.ledger.balanceOf(d.token, d.feeRecipient)).to.equal(5n)
    expect(await d.ledger.feesOf(d.token, d.seller)).to.equal(0n)
    expect(await d.ledger.balanceOf(d.token, d.seller)).to.equal(60n)
  })

  it('collects once, and an account that is named twice once', async () => {
    const d = await loadFixture(charged)
    await d.ledger.collectFees(d.token, [d.seller, d.seller])
    await d.ledger.collectFees(d.token, [d.seller])
    expect(await d.ledger.balanceOf(d.token, d.feeRecipient)).to.equal(2n)
  })

  it('collects from the fee recipient’s own account', async () => {
    const d = await loadFixture(charged)
    await d.asModule.move(d.token, d.buyer, d.feeRecipient, 10n, 1n)
    await d.ledger.collectFees(d.token, [d.feeRecipient])
    expect(await d.ledger.balanceOf(d.token, d.feeRecipient)).to.equal(11n)
    expect(await d.ledger.feesOf(d.token, d.feeRecipient)).to.equal(0n)
  })

  it('leaves other tokens alone, and does nothing for nobody', async () => {
    const d = await loadFixture(charged)
    await d.ledger.collectFees(d.addresses.escrow, [d.seller])
    await d.ledger.collectFees(d.token, [])
    expect(await d.ledger.feesOf(d.token, d.seller)).to.equal(2n)
  })

  it('makes them a balance like any other, that leaves after the delay', async () => {
    const d = await loadFixture(charged)
    await d.ledger.collectFees(d.token, [d.seller])
    await d.ledger.connect(d.feeRecipient).requestWithdrawal(d.token, DOLLAR)
    await time.increase(2 * DAY)
    await d.ledger.connect(d.feeRecipient).withdraw(d.token, d.feeRecipient)
    expect(await d.token.balanceOf(d.feeRecipient)).to.equal(2n)
  })
})
