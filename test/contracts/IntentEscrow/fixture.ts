/** What the escrow's tests do again and again: bring an agreement to a state, and look at what came of it. */
import type { ContractTransactionResponse, Signer as EthersSigner } from 'ethers'
import {
  type Agreement,
  type Conditions,
  type Deal,
  disputeTypes,
  EVIDENCE,
  escrowDomain,
  evidenceTypes,
  market,
  newDeal,
  open,
  opened,
  type Packed,
  pack,
  readingTypes,
  Status,
  sign,
} from '../agreement.ts'
import {
  bindWallet,
  DAY,
  type Deployment,
  DOLLAR,
  ethers,
  expect,
  prefund,
  register,
  type Signer,
  time,
} from '../base.ts'

export type Market = Awaited<ReturnType<typeof market>>

/** What the conditions make of a deal that the arbitrator of the deployment rules on. */
export const ruledBy = (d: Deployment): Partial<Conditions> => ({ arbitrator: d.addresses.arbitrator })

/** An opened agreement whose delivery the seller reports as it begins. */
export async function delivered(
  d: Deployment,
  overrides: Partial<Agreement> = {},
  conditions: Partial<Conditions> = {},
  quantity = 250n,
): Promise<Deal> {
  const deal = await opened(d, overrides, conditions)
  await time.setNextBlockTimestamp(BigInt(deal.conditions.start))
  await d.escrow.connect(d.seller).deliver(pack(deal.agreement), deal.conditions, quantity, EVIDENCE, '0x')
  return deal
}

/** A reported delivery that the buyer contests before the arbitrator. */
export async function disputed(
  d: Deployment,
  overrides: Partial<Agreement> = {},
  quantity = 250n,
): Promise<Deal> {
  const deal = await delivered(d, overrides, ruledBy(d), quantity)
  await d.escrow.connect(d.buyer).dispute(pack(deal.agreement), deal.conditions, '0x')
  return deal
}

/** A spot trade: neither deadline nor exposure. */
export const newTrade = (d: Deployment, overrides: Partial<Agreement> = {}) =>
  newDeal(d, { deadline: 0n, exposure: 0n, ...overrides })

/** The market, where the stranger's agent 2 has the buyer's key and may spend a dollar a day, half to one payee. */
export async function mandatedMarket() {
  const d = await market()
  const buyingAgent = await register(d, d.stranger)
  await bindWallet(d, d.stranger, buyingAgent, d.buyer)
  await prefund(d, d.stranger, 10n * DOLLAR)
  await d.ledger.connect(d.stranger).setMandate(d.token, buyingAgent, DOLLAR, DOLLAR / 2n, DAY)
  return { ...d, buyingAgent, mandated: { payer: d.stranger.address, buyerEpoch: 1n } }
}

export async function signEvidence(
  d: Deployment,
  signer: EthersSigner,
  agreement: string,
  { quantity = 250n, evidence = EVIDENCE } = {},
) {
  return signer.signTypedData(await escrowDomain(d), evidenceTypes, { agreement, quantity, evidence })
}

export async function signReading(d: Deployment, meter: EthersSigner, agreement: string, quantity: bigint) {
  return meter.signTypedData(await escrowDomain(d), readingTypes, { agreement, quantity })
}

export async function signDispute(d: Deployment, signer: EthersSigner, agreement: string) {
  return signer.signTypedData(await escrowDomain(d), disputeTypes, { agreement })
}

/** What `open` and `trade` are called with: the agreement and both signatures. */
export async function signedByBoth(d: Deployment, deal: Deal): Promise<[Packed, string, string]> {
  return [pack(deal.agreement), await sign(d, d.buyer, deal), await sign(d, d.seller, deal)]
}

/** What the treasury holds beyond accounts, fees and stake: what is in escrow, and bonds. */
export async function escrowed(d: Deployment, token = d.addresses.token): Promise<bigint> {
  const { buyer, seller, owner, payout, feeRecipient, module, stranger, deployer } = d
  const people = [buyer, seller, owner, payout, feeRecipient, module, stranger, deployer]
  const erc20 = await ethers.getContractAt('TestDollar', token)
  let held = await erc20.balanceOf(d.ledger)
  for (const balance of await d.ledger.balancesOf(token, people)) held -= balance
  for (const account of people) held -= await d.ledger.feesOf(token, account)
  return token === d.addresses.token ? held - (await stakeHeld(d, people)) : held
}

/** What the vault answers for, of the one position that there is. */
async function stakeHeld(d: Deployment, people: Signer[]): Promise<bigint> {
  let { staked } = await d.vault.positionOf(1n, d.owner, d.escrow)
  for (const account of people) staked += await d.vault.claimable(account)
  return staked + (await d.vault.toBurn())
}

export const balanceOf = (d: Deployment, account: { address: string }) =>
  d.ledger.balanceOf(d.token, account.address)

export const feesOf = (d: Deployment, account: { address: string }) =>
  d.ledger.feesOf(d.token, account.address)

/** The stake that is locked for the escrow. */
export async function lockedStake(d: Market): Promise<bigint> {
  return (await d.vault.positionOf(d.agentId, d.owner, d.escrow)).locked
}

interface Outcome {
  status: bigint
  paid?: bigint
  fee?: bigint
  refunded?: bigint
  slashed?: bigint
  evidence?: string
}

/** That a call logs what it did with the money and the stake, and that the status is what it says. */
export async function expectSettlement(
  d: Deployment,
  deal: Deal,
  call: Promise<ContractTransactionResponse>,
  { status, paid = 0n, fee = 0n, refunded = 0n, slashed = 0n, evidence = ethers.ZeroHash }: Outcome,
) {
  await expect(call)
    .to.emit(d.escrow, 'Settlement')
    .withArgs(deal.id, status, paid, fee, refunded, slashed, evidence)
  expect(await d.escrow.statusOf(deal.id)).to.equal(status)
}

/** That a call is refused because of where the agreement stands. */
export async function expectStatusRefused(
  d: Deployment,
  deal: Deal,
  call: Promise<unknown>,
  status: bigint = Status.None,
) {
  await expect(call).to.be.revertedWithCustomError(d.escrow, 'UnexpectedStatus').withArgs(deal.id, status)
}

/** One deal in every status, each brought there as it would be. */
export async function everyStatus(d: Market): Promise<[keyof typeof Status, Deal][]> {
  let nonce = 100n
  const next = () => ({ nonce: nonce++, exposure: 10n })
  const made: [keyof typeof Status, Deal][] = []
  const asBuyer = d.escrow.connect(d.buyer)
  const asSeller = d.escrow.connect(d.seller)

  made.push(['None', await newDeal(d, next())])
  const revoked = await newDeal(d, next())
  await asSeller.revoke(pack(revoked.agreement))
  made.push(['Revoked', revoked])
  made.push(['Open', await opened(d, next())])
  const settled = await opened(d, next())
  await asBuyer.settle(pack(settled.agreement), 250n, false, EVIDENCE, '0x')
  made.push(['Settled', settled])
  const cancelled = await opened(d, next())
  await asSeller.cancel(pack(cancelled.agreement), cancelled.conditions)
  made.push(['Cancelled', cancelled])
  const refunded = await newDeal(d, next(), { start: 0n, end: 0n, lateFrom: 0n })
  refunded.agreement.deadline = BigInt(refunded.agreement.expiry) + 1n
  refunded.id = await d.escrow.idOf(pack(refunded.agreement))
  await open(d, refunded)
  made.push(['Delivered', await delivered(d, next())])
  await d.escrow.refund(pack(refunded.agreement))
  made.push(['Refunded', refunded])
  made.push(['Disputed', await disputed(d, next())])
  const resolved = await delivered(d, next())
  await asBuyer.dispute(pack(resolved.agreement), resolved.conditions, '0x')
  made.push(['Resolved', resolved])
  for (const [name, { id }] of made) expect(await d.escrow.statusOf(id)).to.equal(Status[name])
  return made
}

/** That a call works in no other status than those named. */
export async function expectOnlyIn(
  d: Market,
  allowed: readonly (keyof typeof Status)[],
  call: (deal: Deal) => Promise<unknown>,
) {
  for (const [name, deal] of await everyStatus(d)) {
    if (!allowed.includes(name)) await expectStatusRefused(d, deal, call(deal), Status[name])
  }
}
