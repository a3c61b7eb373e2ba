import { market } from '../agreement.ts'
import { ethers, expect, loadFixture } from '../base.ts'
import { newTrade, signedByBoth } from './fixture.ts'

describe('IntentEscrow: revokeNonces', () => {
  it('makes the caller’s nonces worthless, 256 of them at a time', async () => {
    const d = await loadFixture(market)
    await expect(d.escrow.connect(d.buyer).revokeNonces(1n, 0b101n))
      .to.emit(d.escrow, 'NoncesRevoked')
      .withArgs(d.buyer, 1n, 0b101n)
    const used = await Promise.all([255n, 256n, 257n, 258n].map((n) => d.escrow.isNonceUsed(d.buyer, n)))
    expect(used).to.deep.equal([false, true, false, true])
    await expect(d.escrow.trade(...(await signedByBoth(d, await newTrade(d, { nonce: 256n })))))
      .to.be.revertedWithCustomError(d.escrow, 'NonceUsed')
      .withArgs(d.buyer, 256n)
    await d.escrow.trade(...(await signedByBoth(d, await newTrade(d, { nonce: 257n }))))
  })

  it('gives none back', async () => {
    const d = await loadFixture(market)
    await d.escrow.connect(d.buyer).revokeNonces(0n, ethers.MaxUint256)
    await d.escrow.connect(d.buyer).revokeNonces(0n, 0n)
    expect(await d.escrow.isNonceUsed(d.buyer, 255n)).to.equal(true)
    expect(await d.escrow.isNonceUsed(d.buyer, 256n)).to.equal(false)
  })

  it('touches nobody else’s', async () => {
    const d = await loadFixture(market)
    for (const account of [d.seller, d.stranger]) {
      await d.escrow.connect(account).revokeNonces(0n, ethers.MaxUint256)
    }
    await d.escrow.trade(...(await signedByBoth(d, await newTrade(d))))
  })
})
