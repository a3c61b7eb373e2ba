import { authorization, EVIDENCE, market, newDeal, opened, PAYMENT, pack, Status } from '../agreement.ts'
import { ethers, expect, loadFixture } from '../base.ts'
import { balanceOf, escrowed, signedByBoth } from '../IntentEscrow/fixture.ts'

/** The market, and a token that the seller makes as much of as it likes. */
async function withWorthlessToken() {
  const d = await market()
  const worthless = await ethers.deployContract('TestDollar')
  await worthless.mint(d.buyer, 10n * PAYMENT)
  await worthless.connect(d.buyer).approve(d.ledger, 10n * PAYMENT)
  await d.ledger.connect(d.buyer).deposit(worthless, d.buyer, 10n * PAYMENT)
  return { ...d, worthless: await worthless.getAddress() }
}

describe('Regression: the provider swaps the payment token between budget and funding', () => {
  it('funds in the signed token or not at all', async () => {
    const d = await loadFixture(withWorthlessToken)
    const deal = await newDeal(d)
    const [, buyers, sellers] = await signedByBoth(d, deal)
    const swapped = pack({ ...deal.agreement, token: d.worthless })
    for (const funding of ['0x', await authorization(d, deal.id)]) {
      await expect(d.escrow.connect(d.seller).open(swapped, buyers, sellers, funding))
        .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
        .withArgs(d.buyer)
    }
  })

  it('pays out in the token that was paid in', async () => {
    const d = await loadFixture(withWorthlessToken)
    const honest = await opened(d)
    const cheap = await opened(d, { token: d.worthless, nonce: 2n })
    const swapped = { ...cheap.agreement, token: d.addresses.token }
    await expect(
      d.escrow.connect(d.buyer).settle(pack(swapped), 250n, false, EVIDENCE, '0x'),
    ).to.be.revertedWithCustomError(d.escrow, 'UnexpectedStatus')
    await d.escrow.connect(d.buyer).settle(pack(cheap.agreement), 250n, false, EVIDENCE, '0x')
    expect(await balanceOf(d, d.payout)).to.equal(0n)
    expect(await escrowed(d)).to.equal(PAYMENT)
    expect(await d.escrow.statusOf(honest.id)).to.equal(Status.Open)
  })
})
