/** A reputation registry over the market of the other tests, and people who trade with its agent. */

import type { HDNodeWallet } from 'ethers'
import {
  type Agreement,
  type Conditions,
  type Deal,
  EVIDENCE,
  market,
  newDeal,
  pack,
  sign,
} from '../agreement.ts'
import { DAY, ethers, FEE_BPS, networkHelpers, type Signer, time } from '../base.ts'

/** What one owner's feedback weighs at most: a tenth of a dollar of fees. */
export const OWNER_CAP = 100_000n
/** What the prior weighs: a dollar of fees. */
export const PRIOR_WEIGHT = 1_000_000n
export const ONE = 10n ** 18n
export const HALF = ONE / 2n

/** Whoever signs: an account of the test network, or a key that it has never seen. */
export type Client = Signer | HDNodeWallet
export type Rated = Awaited<ReturnType<typeof rated>>

export async function rated() {
  const d = await market()
  const tokens = [{ token: d.addresses.token, unit: 1n }]
  const reputation = await ethers.deployContract('ReputationRegistry', [
    d.escrow,
    tokens,
    OWNER_CAP,
    PRIOR_WEIGHT,
  ])
  return { ...d, reputation }
}

/** The score of weight and points (weight times rating in hundredths of a percent), as the interface states it. */
export const scoreFor = (weight: bigint, points: bigint) =>
  ((points + PRIOR_WEIGHT * 5000n) * ONE) / ((weight + PRIOR_WEIGHT) * 10_000n)

export const scoreOf = async (d: Rated, agentId = d.agentId) => (await d.reputation.scoreOf(agentId)).score

export interface Opinion {
  value: bigint
  decimals: bigint
  tag1: string
  tag2: string
  endpoint: string
  uri: string
  hash: string
}

const opinion: Opinion = {
  value: 90n,
  decimals: 0n,
  tag1: 'energy.supply',
  tag2: 'delivered',
  endpoint: '',
  uri: '',
  hash: ethers.ZeroHash,
}

const listed = (o: Opinion) => [o.value, o.decimals, o.tag1, o.tag2, o.endpoint, o.uri, o.hash] as const

export function give(d: Rated, client: Client, overrides: Partial<Opinion> = {}, agentId = d.agentId) {
  return d.reputation.connect(client).giveFeedback(agentId, ...listed({ ...opinion, ...overrides }))
}

export function giveSettled(
  d: Rated,
  client: Client,
  agreement: Agreement,
  overrides: Partial<Opinion> = {},
) {
  const args = listed({ ...opinion, ...overrides })
  return d.reputation.connect(client).giveSettledFeedback(pack(agreement), ...args)
}

let nonces = 1_000n

/** The terms under which a client pays the protocol so much for what the agent sells; nothing is staked. */
export const feeTerms = (client: Client, fee: bigint): Partial<Agreement> => ({
  buyer: client.address,
  payer: client.address,
  quantity: (fee * 10_000n) / FEE_BPS,
  price: 1n,
  lot: 1n,
  exposure: 0n,
  nonce: nonces++,
})

/** Opens an agreement that the client has the money for. */
export async function openDeal(
  d: Rated,
  client: Client,
  overrides: Partial<Agreement>,
  conditions: Partial<Conditions> = {},
): Promise<Deal> {
  const deal = await newDeal(d, overrides, conditions)
  const signatures = [await sign(d, client, deal), await sign(d, d.seller, deal)] as const
  await d.escrow.connect(d.stranger).open(pack(deal.agreement), ...signatures, '0x')
  return deal
}

/** A client buys for a fee and pays all of it. */
export async function settle(d: Rated, client: Client, fee: bigint, overrides: Partial<Agreement> = {}) {
  const terms = { ...feeTerms(client, fee), ...overrides }
  if (terms.token === undefined) await credit(d, client, (fee * 10_000n) / FEE_BPS)
  const deal = await openDeal(d, client, terms)
  await release(d, client, deal)
  return deal
}

export function release(d: Rated, client: Client, { agreement }: Deal) {
  return d.escrow.connect(client).settle(pack(agreement), agreement.quantity, true, EVIDENCE, '0x')
}

/** A client buys for a fee, gets nothing, and its money back. */
export async function refund(d: Rated, client: Client, fee: bigint) {
  await credit(d, client, (fee * 10_000n) / FEE_BPS)
  const deal = await openDeal(d, client, feeTerms(client, fee))
  await time.increase(DAY + 1)
  await d.escrow.refund(pack(deal.agreement))
  return deal
}

/** A client contests what was delivered; there is no arbitrator, so that the agreed split ends it. */
export async function resolve(d: Rated, client: Client, fee: bigint, splitBps: bigint) {
  await credit(d, client, (fee * 10_000n) / FEE_BPS)
  const deal = await openDeal(d, client, feeTerms(client, fee), { splitBps })
  const { agreement, conditions } = deal
  await time.increaseTo(conditions.start)
  await d.escrow.connect(d.seller).deliver(pack(agreement), conditions, agreement.quantity, EVIDENCE, '0x')
  await d.escrow.connect(client).dispute(pack(agreement), conditions, '0x')
  return deal
}

/** A key that nobody knows, with gas for a while. */
export async function newcomer(): Promise<HDNodeWallet> {
  const wallet = ethers.Wallet.createRandom().connect(ethers.provider)
  await networkHelpers.setBalance(wallet.address, 10n ** 20n)
  return wallet
}

/** Puts money into anybody's ledger account. */
export async function credit(d: Rated, client: Client, amount: bigint) {
  await d.token.mint(d.deployer, amount)
  await d.token.connect(d.deployer).approve(d.ledger, amount)
  await d.ledger.connect(d.deployer).deposit(d.token, client, amount)
}
