import { market, PAYMENT } from '../agreement.ts'
import { DOLLAR, expect, loadFixture } from '../base.ts'
import { balanceOf, newTrade, signedByBoth } from '../IntentEscrow/fixture.ts'

describe('Regression: a nonce is burnt by another’s failed batch', () => {
  it('keeps the nonce of an entry that failed, to be submitted again', async () => {
    const d = await loadFixture(market)
    const signed = await signedByBoth(d, await newTrade(d))
    const call = d.escrow.interface.encodeFunctionData('trade', signed)
    await d.ledger.connect(d.module).take(d.token, d.buyer, 100n * DOLLAR)
    await expect(d.escrow.connect(d.stranger).batch([call])).to.emit(d.escrow, 'Skipped')
    expect(await d.escrow.isNonceUsed(d.buyer, 1n)).to.equal(false)
    await d.ledger.connect(d.module).give(d.token, d.buyer, PAYMENT, 0n)
    await d.escrow.connect(d.stranger).batch([call])
    expect(await balanceOf(d, d.buyer)).to.equal(0n)
  })

  it('keeps all nonces when a whole batch reverts', async () => {
    const d = await loadFixture(market)
    const calls: string[] = []
    for (const nonce of [1n, 2n, 3n]) {
      const signed = await signedByBoth(d, await newTrade(d, { nonce }))
      calls.push(d.escrow.interface.encodeFunctionData('trade', signed))
    }
    await expect(
      d.escrow.connect(d.stranger).batch(calls, { gasLimit: 660_000n }),
    ).to.be.revertedWithCustomError(d.escrow, 'InsufficientGas')
    for (const nonce of [1n, 2n, 3n]) {
      expect(await d.escrow.isNonceUsed(d.buyer, nonce)).to.equal(false)
    }
  })

  it('burns nobody’s nonce by an agreement that it did not sign', async () => {
    const d = await loadFixture(market)
    const deal = await newTrade(d, { seller: d.stranger.address, agentId: 0n, sellerEpoch: 0n })
    const [agreement, , sellers] = await signedByBoth(d, deal)
    await expect(d.escrow.connect(d.stranger).trade(agreement, '0x', sellers)).to.be.revertedWithCustomError(
      d.escrow,
      'SellerNotBound',
    )
    await d.escrow.connect(d.stranger).revokeNonces(0n, 2n)
    expect(await d.escrow.isNonceUsed(d.buyer, 1n)).to.equal(false)
  })
})
