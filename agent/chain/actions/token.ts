import { type Hex, hashTypedData, type PublicClient, type TypedDataDomain } from 'viem'
import { testDollarAbi } from '../../../protocol/abis/index.ts'
import { AUTHORIZATION_TYPES, type Authorization } from '../../../protocol/authorization.ts'
import { type Address, type Agreement, costOf } from '../../../protocol/types.ts'
import { type Call, callTo } from '../call.ts'

/** Bit of ERC-5267's `fields` that says that a domain has a salt. */
const SALT_FIELD = 0x10

/** Mints test dollars to anybody; they are worth nothing. */
export function mint(token: Address, to: Address, amount: bigint): Call {
  return callTo(token, { abi: testDollarAbi, functionName: 'mint', args: [to, amount] })
}

/** Lets `spender` take up to `amount` of the sender's tokens. */
export function approve(token: Address, spender: Address, amount: bigint): Call {
  return callTo(token, { abi: testDollarAbi, functionName: 'approve', args: [spender, amount] })
}

/** Reads a token balance, in minor units. */
export function balanceOf(client: PublicClient, token: Address, account: Address): Promise<bigint> {
  return client.readContract({
    address: token,
    abi: testDollarAbi,
    functionName: 'balanceOf',
    args: [account],
  })
}

/**
 * What is signed of an authorization. @throws when the token tells no EIP-712 domain (ERC-5267)
 */
export async function authorizationTypedData(
  client: PublicClient,
  token: Address,
  message: Authorization,
): Promise<typeof AUTHORIZATION_TYPES & { domain: TypedDataDomain; message: Authorization }> {
  return { ...AUTHORIZATION_TYPES, domain: await domainOf(client, token), message }
}

async function domainOf(client: PublicClient, token: Address): Promise<TypedDataDomain> {
  const { domain, fields } = await client.getEip712Domain({ address: token })
  // ERC-5267 returns every member and says by a bit which of them count; a zero salt would be hashed otherwise.
  const { salt: _, ...unsalted } = domain
  return (Number(fields) & SALT_FIELD) === 0 ? unsalted : domain
}

const PERMIT = {
  primaryType: 'Permit',
  types: {
    Permit: [
      { name: 'owner', type: 'address' },
      { name: 'spender', type: 'address' },
      { name: 'value', type: 'uint256' },
      { name: 'nonce', type: 'uint256' },
      { name: 'deadline', type: 'uint256' },
    ],
  },
} as const

/** An EIP-2612 `Permit`; its deadline in Unix seconds. */
export interface Permit {
  owner: Address
  spender: Address
  value: bigint
  nonce: bigint
  deadline: bigint
}

/**
 * The permit by which a buyer pays for an agreement from its own token balance (EIP-2612), where its wallet or its token knows no
 * authorizations. It lets the treasury take as much, and no more; its nonce is the token's next, so of several at a time one counts.
 *
 * @throws when the token tells no EIP-712 domain (ERC-5267)
 */
export async function permitTypedData(
  client: PublicClient,
  agreement: Pick<Agreement, 'buyer' | 'token' | 'quantity' | 'price' | 'lot' | 'relayFee' | 'expiry'>,
  treasury: Address,
): Promise<typeof PERMIT & { domain: TypedDataDomain; message: Permit }> {
  const { buyer: owner, token, expiry: deadline } = agreement
  const nonce = await client.readContract({
    ...{ address: token, abi: testDollarAbi },
    ...{ functionName: 'nonces', args: [owner] },
  })
  const message = { owner, spender: treasury, value: costOf(agreement), nonce, deadline }
  return { ...PERMIT, domain: await domainOf(client, token), message }
}

/** Digest of an authorization. @throws as `authorizationTypedData` */
export async function authorizationDigest(
  client: PublicClient,
  token: Address,
  message: Authorization,
): Promise<Hex> {
  return hashTypedData(await authorizationTypedData(client, token, message))
}
