/** Agreements between the people of the base deployment, written independently of protocol/. */
import type { Signer as EthersSigner } from 'ethers'
import type { ConditionsStruct } from '../../types/ethers-contracts/IntentEscrow.ts'
import {
  bindWallet,
  DAY,
  type Deployment,
  DOLLAR,
  deploy,
  ethers,
  FEE_BPS,
  prefund,
  register,
  SALT,
  stakeFor,
  time,
} from './base.ts'

export const Status = {
  None: 0n,
  Open: 1n,
  Delivered: 2n,
  Disputed: 3n,
  Settled: 4n,
  Refunded: 5n,
  Cancelled: 6n,
  Resolved: 7n,
  Revoked: 8n,
}
export const FundingKind = { Permit: 0n, Authorization: 1n }

type Plain<T, A extends keyof T> = { [K in keyof T]: K extends A ? string : T[K] }
type Named = Record<
  'buyer' | 'payer' | 'seller' | 'payout' | 'token' | 'staker' | 'intentHash' | 'termsHash' | 'conditions',
  string
>
type Numbered = Record<
  | 'agentId'
  | 'exposure'
  | 'quantity'
  | 'price'
  | 'lot'
  | 'feeBps'
  | 'penaltyBps'
  | 'relayFee'
  | 'buyerEpoch'
  | 'sellerEpoch'
  | 'expiry'
  | 'deadline'
  | 'nonce',
  bigint | number
>
export type Agreement = Named & Numbered
export type Conditions = Plain<ConditionsStruct, 'arbitrator' | 'meter'>

const members = (list: string) =>
  list.split(',').map((member) => {
    const [type = '', name = ''] = member.trim().split(' ')
    return { name, type }
  })

export const conditionsTypes = {
  Conditions: members(
    'address arbitrator, address meter, uint64 start, uint64 end, uint64 lateFrom, uint16 lateBps, uint32 window, uint16 splitBps, uint64 retail',
  ),
}
export const agreementTypes = {
  Agreement: members(
    'address buyer, address payer, address seller, address payout, address token, address staker, uint64 agentId, uint96 exposure, uint64 quantity, uint64 price, uint96 lot, uint16 feeBps, uint16 penaltyBps, uint96 relayFee, uint32 buyerEpoch, uint32 sellerEpoch, uint64 expiry, uint64 deadline, bytes32 intentHash, bytes32 termsHash, uint128 nonce, Conditions conditions',
  ),
  ...conditionsTypes,
}
export const releaseTypes = {
  Release: members('bytes32 agreement, uint64 quantity, bool last, bytes32 evidence'),
}
export const evidenceTypes = { Evidence: members('bytes32 agreement, uint64 quantity, bytes32 evidence') }
export const readingTypes = { Reading: members('bytes32 agreement, uint64 quantity') }
export const disputeTypes = { Dispute: members('bytes32 agreement') }

/** The words of an agreement: members with their sizes in bits, from high to low. */
const WORDS: readonly (readonly [keyof Agreement, number][])[] = [
  [
    ['buyer', 160],
    ['expiry', 64],
    ['buyerEpoch', 32],
  ],
  [
    ['payer', 160],
    ['deadline', 64],
    ['sellerEpoch', 32],
  ],
  [
    ['seller', 160],
    ['agentId', 64],
    ['feeBps', 16],
    ['penaltyBps', 16],
  ],
  [
    ['payout', 160],
    ['lot', 96],
  ],
  [
    ['token', 160],
    ['relayFee', 96],
  ],
  [
    ['staker', 160],
    ['exposure', 96],
  ],
  [
    ['quantity', 64],
    ['price', 64],
    ['nonce', 128],
  ],
  [['intentHash', 256]],
  [['termsHash', 256]],
  [['conditions', 256]],
]

/** What the escrow takes for an agreement. */
export type Packed = string[]

/** An agreement as it travels to the chain, and as events show it. */
export function pack(agreement: Agreement): Packed {
  return WORDS.map((word) =>
    ethers.concat(word.map(([name, bits]) => ethers.toBeHex(agreement[name], bits / 8))),
  )
}

/** The last second that a funding can name. */
export const MAX_SECOND = 2n ** 64n - 1n

export const EVIDENCE = ethers.id('meter reading')
/** 250 Wh at 0.19 per kWh. */
export const PAYMENT = 47_500n
export const FEE = 237n
export const EXPOSURE = 10_000n

/** What the buyer loses of the payment, and the seller of its exposure, at the last stage. */
export const PENALTY_BPS = 5000n
export const WINDOW = 2 * 60 * 60

/** An agreement, the conditions whose hash it carries, and its id. */
export interface Deal {
  agreement: Agreement
  conditions: Conditions
  id: string
}

/** The base deployment, ready to trade: a buyer with a balance, a seller that is bound to a staked agent. */
export async function market() {
  const d = await deploy()
  await prefund(d, d.buyer, 100n * DOLLAR)
  const agentId = await register(d, d.owner)
  await bindWallet(d, d.owner, agentId, d.seller)
  await stakeFor(d, d.owner, agentId, 5n * DOLLAR, d.addresses.escrow)
  return { ...d, agentId }
}

export async function escrowDomain(d: Deployment) {
  const { chainId } = await ethers.provider.getNetwork()
  return { name: 'MESH', version: '1', chainId, verifyingContract: d.addresses.escrow, salt: SALT }
}

/** Delivery in the hour after next, free to cancel until then, half of the price elsewhere on top of a miss. */
export async function newConditions(overrides: Partial<Conditions> = {}): Promise<Conditions> {
  const now = await time.latest()
  return {
    arbitrator: ethers.ZeroAddress,
    meter: ethers.ZeroAddress,
    start: now + 7200,
    end: now + 10_800,
    lateFrom: now + 3600,
    lateBps: 1000n,
    window: WINDOW,
    splitBps: 6000n,
    retail: 285_000n,
    ...overrides,
  }
}

export const hashConditions = (conditions: Conditions) =>
  ethers.TypedDataEncoder.from(conditionsTypes).hash(conditions)

/** An agreement of buyer and seller about 250 Wh; agent 1 is the seller's, as {@link market} binds it. */
export async function newDeal(
  d: Deployment,
  overrides: Partial<Agreement> = {},
  conditionsOverrides: Partial<Conditions> = {},
): Promise<Deal> {
  const now = await time.latest()
  const conditions = await newConditions(conditionsOverrides)
  const agreement: Agreement = {
    buyer: d.buyer.address,
    payer: d.buyer.address,
    seller: d.seller.address,
    payout: d.payout.address,
    token: d.addresses.token,
    staker: d.owner.address,
    agentId: 1n,
    exposure: EXPOSURE,
    quantity: 250n,
    price: 190_000n,
    lot: 1000n,
    feeBps: FEE_BPS,
    penaltyBps: PENALTY_BPS,
    relayFee: 0n,
    buyerEpoch: 0n,
    sellerEpoch: 1n,
    expiry: now + 600,
    deadline: now + DAY,
    intentHash: ethers.id('intent'),
    termsHash: ethers.id('terms'),
    nonce: 1n,
    conditions: hashConditions(conditions),
    ...overrides,
  }
  return { agreement, conditions, id: await d.escrow.idOf(pack(agreement)) }
}

/** Both parties see the conditions, not their hash. */
export async function sign(
  d: Deployment,
  signer: EthersSigner,
  deal: Pick<Deal, 'agreement' | 'conditions'>,
) {
  const message = { ...deal.agreement, conditions: deal.conditions }
  return signer.signTypedData(await escrowDomain(d), agreementTypes, message)
}

export async function signRelease(
  d: Deployment,
  signer: EthersSigner,
  agreement: string,
  { quantity = 250n, last = false, evidence = EVIDENCE } = {},
) {
  const message = { agreement, quantity, last, evidence }
  return signer.signTypedData(await escrowDomain(d), releaseTypes, message)
}

/** An EIP-2612 permit of the buyer for the ledger. */
export async function permit(d: Deployment, value: bigint, deadline = MAX_SECOND): Promise<string> {
  const { name, version, chainId, verifyingContract } = await d.token.eip712Domain()
  const types = {
    Permit: members('address owner, address spender, uint256 value, uint256 nonce, uint256 deadline'),
  }
  const nonce = await d.token.nonces(d.buyer)
  const message = { owner: d.buyer.address, spender: d.addresses.ledger, value, nonce, deadline }
  const signature = await d.buyer.signTypedData({ name, version, chainId, verifyingContract }, types, message)
  return encodeFunding(FundingKind.Permit, value, deadline, signature)
}

/** An EIP-3009 authorisation of the buyer for the ledger. */
export async function authorization(
  d: Deployment,
  nonce: string,
  value: bigint = PAYMENT,
  { to = d.addresses.ledger, validAfter = 0n, validBefore = MAX_SECOND, primaryType = 'Receive' } = {},
): Promise<string> {
  const { name, version, chainId, verifyingContract } = await d.token.eip712Domain()
  const types = {
    [`${primaryType}WithAuthorization`]: members(
      'address from, address to, uint256 value, uint256 validAfter, uint256 validBefore, bytes32 nonce',
    ),
  }
  const message = { from: d.buyer.address, to, value, validAfter, validBefore, nonce }
  const signature = await d.buyer.signTypedData({ name, version, chainId, verifyingContract }, types, message)
  return encodeFunding(FundingKind.Authorization, validAfter, validBefore, signature)
}

/** Kind, and of a permit value and deadline, of an authorisation the seconds after and before which it counts. */
export function encodeFunding(kind: bigint, amount: bigint, until: bigint, signature: string): string {
  const types = ['uint8', 'uint128', 'uint64', 'bytes']
  return ethers.solidityPacked(types, [kind, amount, until, signature])
}

/** Both parties sign, and the stranger opens: nobody has to trust who submits. */
export async function open(d: Deployment, deal: Deal, funding = '0x') {
  const [buyers, sellers] = await Promise.all([sign(d, d.buyer, deal), sign(d, d.seller, deal)])
  return d.escrow.connect(d.stranger).open(pack(deal.agreement), buyers, sellers, funding)
}

/** Opens an agreement and returns it. */
export async function opened(
  d: Deployment,
  overrides: Partial<Agreement> = {},
  conditionsOverrides: Partial<Conditions> = {},
): Promise<Deal> {
  const deal = await newDeal(d, overrides, conditionsOverrides)
  await open(d, deal)
  return deal
}
