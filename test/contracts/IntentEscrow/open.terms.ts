import { market, newAgreement, open } from '../agreement.ts'
import { DAY, ethers, expect, loadFixture, time } from '../base.ts'

describe('IntentEscrow: open, the terms', () => {
  it('opens in the second of the expiry and not in the next', async () => {
    const d = await loadFixture(market)
    const expiry = (await time.latest()) + 100
    const onTime = await newAgreement(d, { expiry, nonce: 1n })
    const late = await newAgreement(d, { expiry, nonce: 2n })
    await time.setNextBlockTimestamp(expiry)
    await open(d, onTime)
    await expect(open(d, late))
      .to.be.revertedWithCustomError(d.escrow, 'AgreementExpired')
      .withArgs(expiry, expiry + 1)
  })

  for (const [name, offset] of [
    ['at the expiry', 0],
    ['before the expiry', -1],
    ['more than 30 days after the expiry', 30 * DAY + 1],
  ] as const) {
    it(`refuses a deadline ${name}`, async () => {
      const d = await loadFixture(market)
      const expiry = (await time.latest()) + 600
      const agreement = await newAgreement(d, { expiry, deadline: expiry + offset })
      await expect(open(d, agreement))
        .to.be.revertedWithCustomError(d.escrow, 'InvalidDeadline')
        .withArgs(expiry, expiry + offset)
    })
  }

  it('accepts a deadline 30 days after the expiry', async () => {
    const d = await loadFixture(market)
    const expiry = (await time.latest()) + 600
    await open(d, await newAgreement(d, { expiry, deadline: expiry + 30 * DAY }))
  })

  for (const [overrides, error] of [
    [{ payout: ethers.ZeroAddress }, 'InvalidPayout'],
    [{ token: ethers.ZeroAddress }, 'InvalidToken'],
    [{ feeBps: 49n }, 'FeeMismatch'],
    [{ feeBps: 51n }, 'FeeMismatch'],
    [{ lot: 0n }, 'ZeroLot'],
    [{ quantity: 0n }, 'ZeroPayment'],
    [{ price: 0n }, 'ZeroPayment'],
    [{ quantity: 1n, price: 999n }, 'ZeroPayment'],
  ] as const) {
    it(`refuses ${JSON.stringify(overrides, (_, v) => (typeof v === 'bigint' ? `${v}` : v))}: ${error}`, async () => {
      const d = await loadFixture(market)
      await expect(open(d, await newAgreement(d, overrides))).to.be.revertedWithCustomError(d.escrow, error)
    })
  }

  it('refuses to pay out to itself, where nobody could take it', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d, { payout: d.addresses.escrow })
    await expect(open(d, agreement)).to.be.revertedWithCustomError(d.escrow, 'InvalidPayout')
  })

  it('refuses an account that trades with itself', async () => {
    const d = await loadFixture(market)
    const agreement = await newAgreement(d, { seller: d.buyer.address })
    await expect(open(d, agreement)).to.be.revertedWithCustomError(d.escrow, 'SameParty').withArgs(d.buyer)
  })
})
