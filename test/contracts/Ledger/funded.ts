import { DOLLAR, deploy, fund, prefund } from '../base.ts'

/** The buyer has a dollar in the ledger, and lets the ledger take another from its wallet. */
export async function funded() {
  const d = await deploy()
  await prefund(d, d.buyer, DOLLAR)
  await fund(d, d.buyer, d.addresses.ledger, DOLLAR)
  return d
}
