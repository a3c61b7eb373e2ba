import { agreementTypes, balance, escrowDomain, market, newAgreement, sign } from '../agreement.ts'
import { ethers, expect, loadFixture, malleate } from '../base.ts'

describe('IntentEscrow: open, the signatures', () => {
  it('needs the signature of the buyer, even when it is the caller', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d)
    const sellers = await sign(d, d.seller, agreement)
    for (const bad of [
      '0x',
      await sign(d, d.stranger, agreement),
      malleate(await sign(d, d.buyer, agreement)),
    ]) {
      await expect(d.escrow.connect(d.buyer).open(agreement, bad, sellers, balance))
        .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
        .withArgs(d.buyer)
    }
  })

  it('needs the signature of the seller, even when it is the caller', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d)
    const buyers = await sign(d, d.buyer, agreement)
    for (const bad of ['0x', buyers, malleate(await sign(d, d.seller, agreement))]) {
      await expect(d.escrow.connect(d.seller).open(agreement, buyers, bad, balance))
        .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
        .withArgs(d.seller)
    }
  })

  it('refuses an agreement of which one field was changed after signing', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d)
    const [buyers, sellers] = [await sign(d, d.buyer, agreement), await sign(d, d.seller, agreement)]
    for (const change of [{ price: 190_001n }, { payout: d.stranger.address }, { nonce: 2n }]) {
      await expect(d.escrow.open({ ...agreement, ...change }, buyers, sellers, balance))
        .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
        .withArgs(d.buyer)
    }
  })

  it('refuses signatures made for another deployment on the same address', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d)
    const salted = { ...(await escrowDomain(d)), salt: ethers.id('salt of the chain before the reset') }
    const buyers = await d.buyer.signTypedData(salted, agreementTypes, agreement)
    await expect(
      d.escrow.open(agreement, buyers, await sign(d, d.seller, agreement), balance),
    ).to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
  })

  it('refuses an address that no key signed for: a recovered zero is nobody', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d, { buyer: ethers.ZeroAddress })
    const sellers = await sign(d, d.seller, agreement)
    const nobody = `0x${'00'.repeat(64)}1b`
    await expect(d.escrow.open(agreement, nobody, sellers, balance)).to.be.revertedWithCustomError(
      d.escrow,
      'InvalidSignature',
    )
  })
})
