import { DOLLAR, expect, loadFixture, time } from '../base.ts'
import { expectRefused, type Mandated, mandated, PER_PAYEE, PER_PERIOD, PERIOD, spend } from './funded.ts'

const MAX = 2n ** 128n - 1n

/** The first second of the next period. */
async function nextPeriod(): Promise<number> {
  return (Math.floor((await time.latest()) / PERIOD) + 1) * PERIOD
}

/** The mandate at the beginning of a period, so that no test runs into the next. */
async function fresh() {
  const d = await mandated()
  await time.increaseTo(await nextPeriod())
  return d
}

const spentOf = async (d: Mandated) => (await d.ledger.mandateOf(d.owner, d.agentId, d.token)).spent

describe('Ledger: takeFor', () => {
  it('debits the owner and counts', async () => {
    const d = await loadFixture(fresh)
    await spend(d, 200n)
    await spend(d, 100n, d.stranger.address)
    expect(await d.ledger.balanceOf(d.token, d.owner)).to.equal(DOLLAR - 300n)
    expect(await spentOf(d)).to.equal(300n)
  })

  it('goes up to the cap of one payee', async () => {
    const d = await loadFixture(fresh)
    await expectRefused(d, PER_PAYEE + 1n, PER_PAYEE, { by: 'Payee' })
    await spend(d, PER_PAYEE - 1n)
    await expectRefused(d, 2n, 1n, { by: 'Payee' })
    await spend(d, 1n)
    await expectRefused(d, 1n, 0n, { by: 'Payee' })
  })

  it('goes up to the cap of the period, over all payees', async () => {
    const d = await loadFixture(fresh)
    await spend(d, PER_PAYEE)
    const rest = PER_PERIOD - PER_PAYEE
    await expectRefused(d, rest + 1n, rest, { payee: d.stranger.address })
    await spend(d, rest, d.stranger.address)
    await expectRefused(d, 1n, 0n, { payee: d.buyer.address })
  })

  it('counts anew from the first second of the next period, and not before', async () => {
    const d = await loadFixture(fresh)
    await spend(d, PER_PAYEE)
    const next = await nextPeriod()
    await time.setNextBlockTimestamp(next - 1)
    await expectRefused(d, 1n, 0n, { by: 'Payee' })
    expect(await spentOf(d)).to.equal(PER_PAYEE)
    await time.setNextBlockTimestamp(next)
    await spend(d, PER_PAYEE)
    expect(await spentOf(d)).to.equal(PER_PAYEE)
  })

  it('shows nothing spent in a period in which nothing was', async () => {
    const d = await loadFixture(fresh)
    await spend(d, 5n)
    await time.increaseTo(await nextPeriod())
    expect(await spentOf(d)).to.equal(0n)
  })

  it('counts nothing when the owner has not the money', async () => {
    const d = await loadFixture(fresh)
    await d.asModule.take(d.token, d.owner, DOLLAR - 5n)
    await expect(spend(d, 6n))
      .to.be.revertedWithCustomError(d.ledger, 'BalanceTooLow')
      .withArgs(d.token, d.owner, 5n, 6n)
    expect(await spentOf(d)).to.equal(0n)
  })

  it('takes nothing without a mandate', async () => {
    const d = await loadFixture(fresh)
    await expect(d.asModule.takeFor(d.token, d.buyer, d.agentId, d.seller, 1n))
      .to.be.revertedWithCustomError(d.ledger, 'PeriodCapExceeded')
      .withArgs(d.buyer, d.agentId, 0n, 1n)
    await d.asModule.takeFor(d.token, d.buyer, d.agentId, d.seller, 0n)
  })

  it('has no way round the caps by amounts beyond 128 bits', async () => {
    const d = await loadFixture(fresh)
    await d.ledger.connect(d.owner).setMandate(d.token, d.agentId, MAX, MAX, PERIOD)
    await expectRefused(d, MAX + 1n, MAX)
    await spend(d, 5n)
    await expectRefused(d, MAX - 4n, MAX - 5n)
  })
})
