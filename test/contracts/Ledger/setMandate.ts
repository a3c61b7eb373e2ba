import { expect, loadFixture, time } from '../base.ts'
import { expectRefused, mandated, PER_PAYEE, PER_PERIOD, PERIOD, spend } from './funded.ts'

describe('Ledger: setMandate', () => {
  it('says what an agent may spend of the caller’s balance', async () => {
    const d = await loadFixture(mandated)
    await expect(d.ledger.connect(d.owner).setMandate(d.token, d.agentId, 9n, 8n, 7))
      .to.emit(d.ledger, 'MandateSet')
      .withArgs(d.owner, d.agentId, d.token, 9n, 8n, 7)
    const mandate = await d.ledger.mandateOf(d.owner, d.agentId, d.token)
    expect([...mandate]).to.deep.equal([9n, 8n, 7n, 0n])
  })

  it('refuses a period of no seconds', async () => {
    const d = await loadFixture(mandated)
    await expect(
      d.ledger.connect(d.owner).setMandate(d.token, d.agentId, 1n, 1n, 0),
    ).to.be.revertedWithCustomError(d.ledger, 'ZeroPeriod')
  })

  it('is each owner’s own, for each agent and token apart', async () => {
    const d = await loadFixture(mandated)
    for (const call of [
      () => d.asModule.takeFor(d.token, d.buyer, d.agentId, d.seller, 1n),
      () => d.asModule.takeFor(d.token, d.owner, 99n, d.seller, 1n),
      () => d.asModule.takeFor(d.addresses.escrow, d.owner, d.agentId, d.seller, 1n),
    ]) {
      await expect(call()).to.be.revertedWithCustomError(d.ledger, 'PeriodCapExceeded')
    }
  })

  it('ends with a cap of nothing', async () => {
    const d = await loadFixture(mandated)
    await d.ledger.connect(d.owner).setMandate(d.token, d.agentId, 0n, PER_PAYEE, PERIOD)
    await expectRefused(d, 1n, 0n)
  })

  it('leaves nothing when a cap is lowered below what was spent', async () => {
    const d = await loadFixture(mandated)
    await time.increaseTo((BigInt(await time.latest()) / BigInt(PERIOD) + 1n) * BigInt(PERIOD))
    await spend(d, 500n)
    await d.ledger.connect(d.owner).setMandate(d.token, d.agentId, 499n, PER_PAYEE, PERIOD)
    await expectRefused(d, 1n, 0n)
    await d.ledger.connect(d.owner).setMandate(d.token, d.agentId, PER_PERIOD, 499n, PERIOD)
    await expectRefused(d, 1n, 0n, { by: 'Payee' })
    await spend(d, 499n, d.stranger.address)
  })

  it('does not forget what was spent when caps change and the period does not', async () => {
    const d = await loadFixture(mandated)
    await time.increaseTo((BigInt(await time.latest()) / BigInt(PERIOD) + 1n) * BigInt(PERIOD))
    await spend(d, 500n)
    await d.ledger.connect(d.owner).setMandate(d.token, d.agentId, PER_PERIOD + 1n, PER_PERIOD + 1n, PERIOD)
    expect((await d.ledger.mandateOf(d.owner, d.agentId, d.token)).spent).to.equal(500n)
    await expectRefused(d, 502n, 501n)
    await spend(d, 501n)
  })

  it('begins anew with another period, whose payees are counted apart', async () => {
    const d = await loadFixture(mandated)
    await time.increaseTo((BigInt(await time.latest()) / BigInt(2 * PERIOD) + 1n) * BigInt(2 * PERIOD))
    await spend(d, PER_PAYEE)
    await d.ledger.connect(d.owner).setMandate(d.token, d.agentId, PER_PERIOD, PER_PAYEE, 2 * PERIOD)
    expect((await d.ledger.mandateOf(d.owner, d.agentId, d.token)).spent).to.equal(0n)
    await spend(d, PER_PAYEE)
    await d.ledger.connect(d.owner).setMandate(d.token, d.agentId, PER_PERIOD, PER_PAYEE, PERIOD)
    await expectRefused(d, 1n, 0n, { by: 'Payee' })
  })
})
