import { market, PAYMENT } from '../agreement.ts'
import { type Deployment, ethers, expect } from '../base.ts'
import { escrowed } from './fixture.ts'

/** As `market`, but the buyer's money is in its wallet, and nothing is approved. */
export async function walletMarket() {
  const d = await market()
  await d.token.mint(d.buyer, 10n * PAYMENT)
  return d
}

export async function expectPaidFromWallet(d: Deployment, before: bigint) {
  expect(await d.token.balanceOf(d.buyer)).to.equal(before - PAYMENT)
  expect(await escrowed(d)).to.equal(PAYMENT)
}

/** The token's signature inside an encoded funding. */
export function signatureOf(funding: string): string {
  return ethers.dataSlice(funding, 25)
}
