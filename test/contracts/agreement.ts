/** Agreements between the people of the base deployment, written independently of protocol/. */
import type { Signer as EthersSigner } from 'ethers'
import type { AgreementStruct, IIntentEscrow } from '../../types/ethers-contracts/IntentEscrow.ts'
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

export const Status = { None: 0n, Open: 1n, Settled: 2n, Refunded: 3n, Cancelled: 4n }
export const FundingKind = { Balance: 0n, Permit: 1n, Authorization: 2n }

export type Agreement = { [K in keyof AgreementStruct]: K extends AddressKey ? string : AgreementStruct[K] }
type AddressKey = 'buyer' | 'seller' | 'payout' | 'token'
type Funding = IIntentEscrow.FundingStruct

export const agreementTypes = {
  Agreement: [
    { name: 'buyer', type: 'address' },
    { name: 'seller', type: 'address' },
    { name: 'payout', type: 'address' },
    { name: 'token', type: 'address' },
    { name: 'quantity', type: 'uint64' },
    { name: 'price', type: 'uint64' },
    { name: 'lot', type: 'uint64' },
    { name: 'exposure', type: 'uint128' },
    { name: 'feeBps', type: 'uint16' },
    { name: 'expiry', type: 'uint64' },
    { name: 'deadline', type: 'uint64' },
    { name: 'intentHash', type: 'bytes32' },
    { name: 'termsHash', type: 'bytes32' },
    { name: 'nonce', type: 'uint256' },
  ],
}
export const releaseTypes = {
  Release: [
    { name: 'agreement', type: 'bytes32' },
    { name: 'evidence', type: 'bytes32' },
  ],
}

export const EVIDENCE = ethers.id('meter reading')
/** 250 Wh at 0.19 per kWh. */
export const PAYMENT = 47_500n
export const FEE = 237n
export const EXPOSURE = 10_000n

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

export async function newAgreement(d: Deployment, overrides: Partial<Agreement> = {}): Promise<Agreement> {
  const now = await time.latest()
  return {
    buyer: d.buyer.address,
    seller: d.seller.address,
    payout: d.payout.address,
    token: d.addresses.token,
    quantity: 250n,
    price: 190_000n,
    lot: 1000n,
    exposure: EXPOSURE,
    feeBps: FEE_BPS,
    expiry: now + 600,
    deadline: now + DAY,
    intentHash: ethers.id('intent'),
    termsHash: ethers.id('terms'),
    nonce: 1n,
    ...overrides,
  }
}

export async function sign(d: Deployment, signer: EthersSigner, agreement: Agreement): Promise<string> {
  return signer.signTypedData(await escrowDomain(d), agreementTypes, agreement)
}

export async function signRelease(
  d: Deployment,
  signer: EthersSigner,
  agreement: string,
  evidence = EVIDENCE,
) {
  return signer.signTypedData(await escrowDomain(d), releaseTypes, { agreement, evidence })
}

export const balance: Funding = {
  kind: FundingKind.Balance,
  value: 0n,
  validAfter: 0n,
  validBefore: 0n,
  signature: '0x',
}

/** An EIP-2612 permit of the buyer for the ledger. */
export async function permit(d: Deployment, value: bigint, deadline = ethers.MaxUint256): Promise<Funding> {
  const { name, version, chainId, verifyingContract } = await d.token.eip712Domain()
  const types = {
    Permit: [
      { name: 'owner', type: 'address' },
      { name: 'spender', type: 'address' },
      { name: 'value', type: 'uint256' },
      { name: 'nonce', type: 'uint256' },
      { name: 'deadline', type: 'uint256' },
    ],
  }
  const nonce = await d.token.nonces(d.buyer)
  const message = { owner: d.buyer.address, spender: d.addresses.ledger, value, nonce, deadline }
  const signature = await d.buyer.signTypedData({ name, version, chainId, verifyingContract }, types, message)
  return { kind: FundingKind.Permit, value, validAfter: 0n, validBefore: deadline, signature }
}

/** An EIP-3009 authorisation of the buyer for the ledger. */
export async function authorization(
  d: Deployment,
  nonce: string,
  value: bigint = PAYMENT,
  { to = d.addresses.ledger, validAfter = 0n, validBefore = ethers.MaxUint256, primaryType = 'Receive' } = {},
): Promise<Funding> {
  const { name, version, chainId, verifyingContract } = await d.token.eip712Domain()
  const types = {
    [`${primaryType}WithAuthorization`]: [
      { name: 'from', type: 'address' },
      { name: 'to', type: 'address' },
      { name: 'value', type: 'uint256' },
      { name: 'validAfter', type: 'uint256' },
      { name: 'validBefore', type: 'uint256' },
      { name: 'nonce', type: 'bytes32' },
    ],
  }
  const message = { from: d.buyer.address, to, value, validAfter, validBefore, nonce }
  const signature = await d.buyer.signTypedData({ name, version, chainId, verifyingContract }, types, message)
  return { kind: FundingKind.Authorization, value: 0n, validAfter, validBefore, signature }
}

/** Both parties sign, and the stranger opens: nobody has to trust who submits. */
export async function open(d: Deployment, agreement: Agreement, funding: Funding = balance) {
  const [buyers, sellers] = await Promise.all([sign(d, d.buyer, agreement), sign(d, d.seller, agreement)])
  return d.escrow.connect(d.stranger).open(agreement, buyers, sellers, funding)
}

/** Opens an agreement and returns it with its id. */
export async function opened(d: Deployment, overrides: Partial<Agreement> = {}) {
  const agreement = await newAgreement(d, overrides)
  await open(d, agreement)
  return { agreement, id: await d.escrow.idOf(agreement) }
}
