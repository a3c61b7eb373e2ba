import { type Deployment, DOLLAR, deploy, expect, fund, prefund, register } from '../base.ts'

/** The buyer has a dollar in the ledger, and lets the ledger take another from its wallet. */
export async function funded() {
  const d = await deploy()
  await prefund(d, d.buyer, DOLLAR)
  await fund(d, d.buyer, d.addresses.ledger, DOLLAR)
  return { ...d, asModule: d.ledger.connect(d.module) }
}

export const PER_PERIOD = 1000n
export const PER_PAYEE = 600n
/** Seconds of a mandate's period. */
export const PERIOD = 3600

/** The owner has a dollar, and lets its agent 1 spend a little of it. */
export async function mandated() {
  const d = await deploy()
  const agentId = await register(d, d.owner)
  await prefund(d, d.owner, DOLLAR)
  await d.ledger.connect(d.owner).setMandate(d.token, agentId, PER_PERIOD, PER_PAYEE, PERIOD)
  return { ...d, agentId, asModule: d.ledger.connect(d.module) }
}

export type Mandated = Awaited<ReturnType<typeof mandated>>

/** Debits the owner within the mandate. */
export const spend = (d: Mandated, amount: bigint, payee = d.seller.address) =>
  d.asModule.takeFor(d.token, d.owner, d.agentId, payee, amount)

/** What a payee or the period still allows. */
export async function expectRefused(
  d: Mandated,
  amount: bigint,
  allowed: bigint,
  { payee, by = 'Period' }: { payee?: string; by?: 'Period' | 'Payee' } = {},
) {
  const to = payee ?? d.seller.address
  const rest = by === 'Period' ? [allowed, amount] : [to, allowed, amount]
  await expect(spend(d, amount, to))
    .to.be.revertedWithCustomError(d.ledger, `${by}CapExceeded`)
    .withArgs(d.owner, d.agentId, ...rest)
}

export const balancesOf = async (d: Deployment, ...accounts: string[]) => [
  ...(await d.ledger.balancesOf(d.token, accounts)),
]
