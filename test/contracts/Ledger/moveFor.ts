import { DOLLAR, expect, loadFixture } from '../base.ts'
import { balancesOf, mandated, PER_PAYEE } from './funded.ts'

describe('Ledger: moveFor', () => {
  it('moves the owner’s balance within the mandate, the fee included', async () => {
    const d = await loadFixture(mandated)
    await d.asModule.moveFor(d.token, d.owner, d.agentId, d.seller, 90n, 10n)
    expect(await balancesOf(d, d.owner.address, d.seller.address)).to.deep.equal([DOLLAR - 100n, 90n])
    expect(await d.ledger.feesOf(d.token, d.seller)).to.equal(10n)
    expect((await d.ledger.mandateOf(d.owner, d.agentId, d.token)).spent).to.equal(100n)
  })

  it('counts the fee against the cap of the payee', async () => {
    const d = await loadFixture(mandated)
    await expect(d.asModule.moveFor(d.token, d.owner, d.agentId, d.seller, PER_PAYEE, 1n))
      .to.be.revertedWithCustomError(d.ledger, 'PayeeCapExceeded')
      .withArgs(d.owner, d.agentId, d.seller, PER_PAYEE, PER_PAYEE + 1n)
    await d.asModule.moveFor(d.token, d.owner, d.agentId, d.seller, PER_PAYEE - 1n, 1n)
  })

  it('shares its count with takeFor', async () => {
    const d = await loadFixture(mandated)
    await d.asModule.takeFor(d.token, d.owner, d.agentId, d.seller, PER_PAYEE)
    await expect(
      d.asModule.moveFor(d.token, d.owner, d.agentId, d.seller, 1n, 0n),
    ).to.be.revertedWithCustomError(d.ledger, 'PayeeCapExceeded')
  })
})
