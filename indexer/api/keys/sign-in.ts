import { recoverMessageAddress } from 'viem'
import { createSiweMessage, parseSiweMessage } from 'viem/siwe'
import { chainFault } from '../../../agent/index.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import { chainClient } from '../../chain-client.ts'
import type { SignInRow } from '../../store/tables/keys.ts'
import { ApiError } from '../problem.ts'

/** Where one signs in. */
export interface SignInPlace {
  /** Where the API is reached. */
  url: string
  chainId: number
}

/** What somebody signs who wants a key: Sign-In with Ethereum, https://eips.ethereum.org/EIPS/eip-4361 */
export function signInMessage({ nonce, owner, expiresAt }: SignInRow, place: SignInPlace): string {
  return createSiweMessage({
    address: owner,
    chainId: place.chainId,
    domain: new URL(place.url).host,
    uri: place.url,
    version: '1',
    nonce,
    statement: 'Make an API key of this market. This costs nothing, and allows nobody to spend anything.',
    issuedAt: new Date(),
    expirationTime: new Date(expiresAt),
  })
}

/**
 * Reads what somebody signed, and makes sure that it was meant for this API, now: a message that was signed for another site
 * is worth nothing here.
 *
 * @throws ApiError 400 `MESSAGE_MALFORMED`, 422 `MESSAGE_REFUSED`
 */
export function readSignIn(
  message: string,
  { url, chainId }: SignInPlace,
): { nonce: string; address: Address } {
  const { address, nonce, domain, uri, version, chainId: chain, ...times } = parseSiweMessage(message)
  if (address === undefined || nonce === undefined) {
    throw new ApiError(400, 'MESSAGE_MALFORMED', 'This is no message of EIP-4361.', {
      field: 'message',
      remedy: 'Sign what POST /v1/keys/prepare answers, character by character.',
    })
  }
  const place = new URL(url)
  const now = Date.now()
  const { expirationTime, notBefore } = times
  const checks: [boolean, string, string, unknown][] = [
    [domain === place.host, 'domain', place.host, domain],
    [uri !== undefined && originOf(uri) === place.origin, 'uri', place.origin, uri],
    [version === '1', 'version', '1', version],
    [chain === chainId, 'chainId', String(chainId), chain],
    [
      expirationTime === undefined || expirationTime.getTime() > now,
      'expirationTime',
      'later than now',
      iso(expirationTime),
    ],
    [
      notBefore === undefined || notBefore.getTime() <= now,
      'notBefore',
      'not later than now',
      iso(notBefore),
    ],
  ]
  for (const [holds, field, expected, received] of checks) {
    if (holds) continue
    throw new ApiError(
      422,
      'MESSAGE_REFUSED',
      'A message was not signed for this API, or not for this time.',
      {
        ...{ field: `message.${field}`, expected, received: received ?? 'none' },
        remedy:
          'Sign what POST /v1/keys/prepare of this very API answers; if another site asked you to, it is not this one.',
      },
    )
  }
  return { nonce, address }
}

/**
 * Makes sure that an address signed a message: by its key, or, where it is a contract, by that one's word (ERC-1271).
 *
 * @param rpcUrl of the chain, which is asked only where no key of that address signed
 * @throws ApiError 422 `SIGNER_WRONG`; ChainError `CHAIN_UNREACHABLE`
 */
export async function checkSigner(
  message: string,
  signature: Hex,
  address: Address,
  rpcUrl: string,
): Promise<void> {
  const signer = await recoverMessageAddress({ message, signature }).catch(() => undefined)
  if (signer?.toLowerCase() === address.toLowerCase()) return
  if (await isSignedByContract(message, signature, address, rpcUrl)) return
  throw new ApiError(422, 'SIGNER_WRONG', 'A message is not signed by the address that it names.', {
    field: 'signature',
    expected: address,
    received: signer ?? 'nobody',
    remedy: 'Sign it with the key of that address (`personal_sign`).',
  })
}

async function isSignedByContract(message: string, signature: Hex, address: Address, rpcUrl: string) {
  const client = chainClient([rpcUrl])
  try {
    const code = await client.getCode({ address })
    return code !== undefined && (await client.verifyMessage({ address, message, signature }))
  } catch (error) {
    throw chainFault(error) ?? error
  }
}

function originOf(uri: string): string | undefined {
  return URL.canParse(uri) ? new URL(uri).origin : undefined
}

function iso(time: Date | undefined): string | undefined {
  return time === undefined || Number.isNaN(time.getTime()) ? undefined : time.toISOString()
}
