import { type Address, type Agreement, costOf, type Hex } from './types.ts'

/** What is signed of a transfer of tokens by EIP-3009: times in Unix seconds, both excluded. */
export interface Authorization {
  from: Address
  to: Address
  value: bigint
  validAfter: bigint
  validBefore: bigint
  nonce: Hex
}

/** What an authorization has, whichever call of the token it is for; https://eips.ethereum.org/EIPS/eip-3009. */
const MEMBERS = [
  { name: 'from', type: 'address' },
  { name: 'to', type: 'address' },
  { name: 'value', type: 'uint256' },
  { name: 'validAfter', type: 'uint256' },
  { name: 'validBefore', type: 'uint256' },
  { name: 'nonce', type: 'bytes32' },
] as const

/** The types of an authorization that its receiver alone can use (EIP-712). */
export const AUTHORIZATION_TYPES = {
  primaryType: 'ReceiveWithAuthorization',
  types: { ReceiveWithAuthorization: MEMBERS },
} as const

/** The types of one that anybody can use (EIP-712): the money goes to its receiver all the same. */
export const TRANSFER_TYPES = {
  primaryType: 'TransferWithAuthorization',
  types: { TransferWithAuthorization: MEMBERS },
} as const

/**
 * The authorization by which a buyer pays for an agreement from its own token balance, without deposit and gas. Its nonce is the
 * agreement's id, so nobody can take the money for anything else.
 *
 * @param id the agreement's
 */
export function authorizationFor(
  agreement: Pick<Agreement, 'buyer' | 'quantity' | 'price' | 'lot' | 'relayFee' | 'expiry'>,
  id: Hex,
  treasury: Address,
): Authorization {
  const validity = { validAfter: 0n, validBefore: agreement.expiry + 1n }
  return { from: agreement.buyer, to: treasury, value: costOf(agreement), nonce: id, ...validity }
}

/**
 * Whether an EIP-712 domain that an API shows is of a token on a chain: under that of another chain, what is signed would pay
 * there.
 */
export function isDomainOf(
  domain: Readonly<Record<string, unknown>>,
  token: Address,
  chainId: number,
): boolean {
  return domain.verifyingContract === token && Number(domain.chainId) === chainId
}
