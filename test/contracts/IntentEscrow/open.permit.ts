import { encodeFunding, FundingKind, MAX_SECOND, newDeal, open, PAYMENT, permit } from '../agreement.ts'
import { ethers, expect, loadFixture, time } from '../base.ts'
import { expectPaidFromWallet, signatureOf, walletMarket } from './wallet-market.ts'

describe('IntentEscrow: open with a permit (EIP-2612)', () => {
  it('pulls the payment from the wallet', async () => {
    const d = await loadFixture(walletMarket)
    const before = await d.token.balanceOf(d.buyer)
    const deal = await newDeal(d)
    await expect(open(d, deal, await permit(d, PAYMENT)))
      .to.emit(d.token, 'Transfer')
      .withArgs(d.buyer, d.ledger, PAYMENT)
    await expectPaidFromWallet(d, before)
  })

  it('does not mind that somebody submitted the permit first', async () => {
    const d = await loadFixture(walletMarket)
    const before = await d.token.balanceOf(d.buyer)
    const funding = await permit(d, PAYMENT)
    const { v, r, s } = ethers.Signature.from(signatureOf(funding))
    await d.token.connect(d.stranger).permit(d.buyer, d.ledger, PAYMENT, MAX_SECOND, v, r, s)
    await open(d, await newDeal(d), funding)
    await expectPaidFromWallet(d, before)
  })

  it('uses an allowance that is already there, whatever the permit says', async () => {
    const d = await loadFixture(walletMarket)
    const before = await d.token.balanceOf(d.buyer)
    await d.token.connect(d.buyer).approve(d.ledger, PAYMENT)
    await open(d, await newDeal(d), encodeFunding(FundingKind.Permit, PAYMENT, 0n, '0x'))
    await expectPaidFromWallet(d, before)
  })

  it('fails when the permit allows less than the payment', async () => {
    const d = await loadFixture(walletMarket)
    await expect(open(d, await newDeal(d), await permit(d, PAYMENT - 1n)))
      .to.be.revertedWithCustomError(d.token, 'ERC20InsufficientAllowance')
      .withArgs(d.ledger, PAYMENT - 1n, PAYMENT)
  })

  it('fails when the permit has expired and allows nothing', async () => {
    const d = await loadFixture(walletMarket)
    const funding = await permit(d, PAYMENT, BigInt(await time.latest()))
    await time.increase(1)
    await expect(open(d, await newDeal(d), funding)).to.be.revertedWithCustomError(
      d.token,
      'ERC20InsufficientAllowance',
    )
  })

  it('fails when the wallet is empty', async () => {
    const d = await loadFixture(walletMarket)
    await d.token.connect(d.buyer).transfer(d.stranger, await d.token.balanceOf(d.buyer))
    await expect(open(d, await newDeal(d), await permit(d, PAYMENT))).to.be.revertedWithCustomError(
      d.token,
      'ERC20InsufficientBalance',
    )
  })

  it('refuses a funding that is of neither kind, or no funding at all', async () => {
    const d = await loadFixture(walletMarket)
    for (const funding of [encodeFunding(2n, PAYMENT, 0n, '0x'), '0x01', `0x01${'00'.repeat(23)}`]) {
      await expect(open(d, await newDeal(d), funding))
        .to.be.revertedWithCustomError(d.escrow, 'MalformedFunding')
        .withArgs(ethers.dataLength(funding))
    }
  })
})
