import { market, PAYMENT } from '../agreement.ts'
import { type Deployment, expect } from '../base.ts'

/** As `market`, but the buyer's money is in its wallet, and nothing is approved. */
export async function walletMarket() {
  const d = await market()
  await d.token.mint(d.buyer, 10n * PAYMENT)
  return d
}

export async function expectPaidFromWallet(d: Deployment, before: bigint) {
  expect(await d.token.balanceOf(d.buyer)).to.equal(before - PAYMENT)
  expect(await d.ledger.balanceOf(d.token, d.escrow)).to.equal(PAYMENT)
}
