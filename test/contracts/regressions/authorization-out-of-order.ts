import { authorization, MAX_SECOND, newDeal, open, PAYMENT, Status } from '../agreement.ts'
import { ethers, expect, loadFixture } from '../base.ts'
import { escrowed } from '../IntentEscrow/fixture.ts'
import { signatureOf, walletMarket } from '../IntentEscrow/wallet-market.ts'

describe('Regression: an authorisation taken out of order', () => {
  it('cannot be taken at the token by who saw it in the pool, nor at the ledger, nor for another agreement', async () => {
    const d = await loadFixture(walletMarket)
    const deal = await newDeal(d)
    const funding = await authorization(d, deal.id)
    const signature = signatureOf(funding)
    const { v, r, s } = ethers.Signature.from(signature)
    const args = [d.buyer, d.ledger, PAYMENT, 0n, MAX_SECOND, deal.id, v, r, s] as const
    await expect(d.token.connect(d.stranger).receiveWithAuthorization(...args))
      .to.be.revertedWithCustomError(d.token, 'ERC20InvalidReceiver')
      .withArgs(d.ledger)
    await expect(
      d.token.connect(d.stranger).transferWithAuthorization(...args),
    ).to.be.revertedWithCustomError(d.token, 'ERC3009InvalidSignature')
    const pull = [d.token, d.buyer, PAYMENT, 0n, MAX_SECOND, deal.id, signature] as const
    await expect(d.ledger.connect(d.stranger).pullWithAuthorization(...pull))
      .to.be.revertedWithCustomError(d.ledger, 'NotModule')
      .withArgs(d.stranger)
    await expect(open(d, await newDeal(d, { nonce: 2n }), funding)).to.be.revertedWithCustomError(
      d.token,
      'ERC3009InvalidSignature',
    )
    await open(d, deal, funding)
    expect(await d.escrow.statusOf(deal.id)).to.equal(Status.Open)
    expect(await escrowed(d)).to.equal(PAYMENT)
  })
})
