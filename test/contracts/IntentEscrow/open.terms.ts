import { market, newDeal, open } from '../agreement.ts'
import { DAY, ethers, expect, loadFixture, time } from '../base.ts'
import { newTrade } from './fixture.ts'

describe('IntentEscrow: open, the terms', () => {
  it('opens in the second of the expiry and not in the next', async () => {
    const d = await loadFixture(market)
    const expiry = (await time.latest()) + 100
    const onTime = await newDeal(d, { expiry, nonce: 1n })
    const late = await newDeal(d, { expiry, nonce: 2n })
    await time.setNextBlockTimestamp(expiry)
    await open(d, onTime)
    await expect(open(d, late))
      .to.be.revertedWithCustomError(d.escrow, 'AgreementExpired')
      .withArgs(expiry, expiry + 1)
  })

  for (const offset of [0, -1]) {
    it(`refuses a deadline that is not after the expiry (${offset})`, async () => {
      const d = await loadFixture(market)
      const now = (await time.latest()) + 10
      const expiry = now + 600
      const deal = await newDeal(d, { expiry, deadline: expiry + offset })
      await time.setNextBlockTimestamp(now)
      await expect(open(d, deal))
        .to.be.revertedWithCustomError(d.escrow, 'InvalidDeadline')
        .withArgs(expiry, expiry + offset, now + 30 * DAY)
    })
  }

  it('takes a deadline 30 days ahead, and none a second further', async () => {
    const d = await loadFixture(market)
    const now = (await time.latest()) + 10
    const deal = await newDeal(d, { deadline: now + 30 * DAY + 1 })
    await time.setNextBlockTimestamp(now)
    await expect(open(d, deal))
      .to.be.revertedWithCustomError(d.escrow, 'InvalidDeadline')
      .withArgs(deal.agreement.expiry, now + 30 * DAY + 1, now + 30 * DAY)
    await time.setNextBlockTimestamp(now + 1)
    await open(d, deal)
  })

  it('leaves spot trades to trade', async () => {
    const d = await loadFixture(market)
    await expect(open(d, await newTrade(d))).to.be.revertedWithCustomError(d.escrow, 'InvalidDeadline')
  })

  for (const [overrides, error] of [
    [{ token: ethers.ZeroAddress }, 'InvalidToken'],
    [{ payout: ethers.ZeroAddress }, 'InvalidPayout'],
    [{ feeBps: 49n }, 'FeeMismatch'],
    [{ feeBps: 51n }, 'FeeMismatch'],
    [{ lot: 0n }, 'ZeroLot'],
    [{ quantity: 0n }, 'InvalidPayment'],
    [{ price: 0n }, 'InvalidPayment'],
    [{ quantity: 1n, price: 999n }, 'InvalidPayment'],
    [{ quantity: 2n ** 63n, price: 2n ** 33n, lot: 1n }, 'InvalidPayment'],
    [{ quantity: 2n ** 64n - 1n, price: 2n ** 64n - 1n, lot: 1n }, 'InvalidPayment'],
    [{ penaltyBps: 10_001n }, 'ShareTooLarge'],
  ] as const) {
    it(`refuses ${JSON.stringify(overrides, (_, v) => (typeof v === 'bigint' ? `${v}` : v))}: ${error}`, async () => {
      const d = await loadFixture(market)
      await expect(open(d, await newDeal(d, overrides))).to.be.revertedWithCustomError(d.escrow, error)
    })
  }

  it('takes the largest payment that 96 bits hold, if it is there', async () => {
    const d = await loadFixture(market)
    const [quantity, price] = [2n ** 48n - 1n, 2n ** 48n + 1n]
    await d.ledger.connect(d.module).give(d.token, d.buyer, 2n ** 96n, 0n)
    await open(d, await newDeal(d, { quantity, price, lot: 1n }))
  })

  it('takes a penalty of the whole', async () => {
    const d = await loadFixture(market)
    await open(d, await newDeal(d, { penaltyBps: 10_000n }))
  })

  it('refuses to pay out where nobody could take it: to itself and to the ledger', async () => {
    const d = await loadFixture(market)
    for (const payout of [d.addresses.escrow, d.addresses.ledger]) {
      await expect(open(d, await newDeal(d, { payout })))
        .to.be.revertedWithCustomError(d.escrow, 'InvalidPayout')
        .withArgs(payout)
    }
  })

  it('refuses a buyer or payer that is the seller', async () => {
    const d = await loadFixture(market)
    for (const change of [{ seller: d.buyer.address }, { payer: d.seller.address }]) {
      const deal = await newDeal(d, change)
      await expect(open(d, deal))
        .to.be.revertedWithCustomError(d.escrow, 'SameParty')
        .withArgs(deal.agreement.seller)
    }
  })
})
