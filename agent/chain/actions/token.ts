import { type Hex, hashTypedData, type PublicClient } from 'viem'
import { testDollarAbi } from '../../../protocol/abis/index.ts'
import type { Address } from '../../../protocol/types.ts'
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
 * Digest of an EIP-3009 `ReceiveWithAuthorization`, by which a buyer pays from its own token balance and needs no
 * deposit and no gas. Its nonce is the agreement's id, so nobody can take the money for anything else.
 *
 * @throws when the token tells no EIP-712 domain (ERC-5267).
 */
export async function authorizationDigest(
  client: PublicClient,
  token: Address,
  message: {
    from: Address
    to: Address
    value: bigint
    validAfter: bigint
    validBefore: bigint
    nonce: Hex
  },
): Promise<Hex> {
  const { domain: whole, fields } = await client.getEip712Domain({ address: token })
  // ERC-5267 returns every member and says by a bit which of them count; a zero salt would be hashed otherwise.
  const { salt: _, ...unsalted } = whole
  const domain = (Number(fields) & SALT_FIELD) === 0 ? unsalted : whole
  return hashTypedData({
    domain,
    primaryType: 'ReceiveWithAuthorization',
    types: {
      ReceiveWithAuthorization: [
        { name: 'from', type: 'address' },
        { name: 'to', type: 'address' },
        { name: 'value', type: 'uint256' },
        { name: 'validAfter', type: 'uint256' },
        { name: 'validBefore', type: 'uint256' },
        { name: 'nonce', type: 'bytes32' },
      ],
    },
    message,
  })
}
