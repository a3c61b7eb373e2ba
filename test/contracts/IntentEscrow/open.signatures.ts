import { agreementTypes, escrowDomain, market, newConditions, newDeal, pack, sign } from '../agreement.ts'
import { ethers, expect, loadFixture, malleate } from '../base.ts'

describe('IntentEscrow: open, the signatures', () => {
  it('needs the signature of the buyer, even when it is the caller', async () => {
    const d = await loadFixture(market)
    const deal = await newDeal(d)
    const sellers = await sign(d, d.seller, deal)
    for (const bad of ['0x', await sign(d, d.stranger, deal), malleate(await sign(d, d.buyer, deal))]) {
      await expect(d.escrow.connect(d.buyer).open(pack(deal.agreement), bad, sellers, '0x'))
        .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
        .withArgs(d.buyer)
    }
  })

  it('needs the signature of the seller, even when it is the caller', async () => {
    const d = await loadFixture(market)
    const deal = await newDeal(d)
    const buyers = await sign(d, d.buyer, deal)
    for (const bad of ['0x', buyers, malleate(await sign(d, d.seller, deal))]) {
      await expect(d.escrow.connect(d.seller).open(pack(deal.agreement), buyers, bad, '0x'))
        .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
        .withArgs(d.seller)
    }
  })

  it('refuses an agreement of which one field was changed after signing', async () => {
    const d = await loadFixture(market)
    const deal = await newDeal(d)
    const [buyers, sellers] = [await sign(d, d.buyer, deal), await sign(d, d.seller, deal)]
    for (const change of [
      { price: 190_001n },
      { payout: d.stranger.address },
      { relayFee: 1n },
      { nonce: 2n },
    ]) {
      await expect(d.escrow.open(pack({ ...deal.agreement, ...change }), buyers, sellers, '0x'))
        .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
        .withArgs(d.buyer)
    }
  })

  it('refuses an agreement whose conditions were signed otherwise', async () => {
    const d = await loadFixture(market)
    const deal = await newDeal(d)
    const other = { ...deal, conditions: await newConditions({ splitBps: 6001n }) }
    await expect(
      d.escrow.open(pack(deal.agreement), await sign(d, d.buyer, other), await sign(d, d.seller, deal), '0x'),
    )
      .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
      .withArgs(d.buyer)
  })

  it('refuses signatures made for another deployment on the same address', async () => {
    const d = await loadFixture(market)
    const deal = await newDeal(d)
    const salted = { ...(await escrowDomain(d)), salt: ethers.id('salt of the chain before the reset') }
    const message = { ...deal.agreement, conditions: deal.conditions }
    const buyers = await d.buyer.signTypedData(salted, agreementTypes, message)
    await expect(
      d.escrow.open(pack(deal.agreement), buyers, await sign(d, d.seller, deal), '0x'),
    ).to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
  })

  it('refuses an address that no key signed for: a recovered zero is nobody', async () => {
    const d = await loadFixture(market)
    const nobody = ethers.ZeroAddress
    const deal = await newDeal(d, { buyer: nobody, payer: nobody })
    await expect(
      d.escrow.open(pack(deal.agreement), `0x${'00'.repeat(64)}1b`, await sign(d, d.seller, deal), '0x'),
    )
      .to.be.revertedWithCustomError(d.escrow, 'InvalidSignature')
      .withArgs(nobody)
  })
})
