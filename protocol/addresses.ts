import { concat, keccak256, stringToHex } from 'viem'
import type { Deployment } from './deployment.ts'
import { ConfigError } from './errors.ts'
import type { Address } from './types.ts'

/** What people read and say, in place of an agent's EVM address. Neither is a credential: nothing is signed for them. */

/** Sets display addresses apart from all other hashes of an address. */
const DISPLAY_TAG = stringToHex('mesh display address 1')
/** Agent ids from here on have no alias: 32 bits are theirs. */
const FIRST_WITHOUT_ALIAS = 1n << 32n
const ALIAS = /^N:([0-9a-f]{4})\.([0-9a-f]{4})\.([0-9a-f]{4})$/i

/** What an alias says: of which network, and which agent there. */
export interface Alias {
  /** 16 bits; see `networkTag`. */
  network: number
  agentId: bigint
}

/**
 * 128 bits of an agent's key, as eight groups of four digits: the first 16 bytes of the Keccak-256 hash of the text
 * `mesh display address 1` and the 20 bytes of the address that follows from the key. Another key has another one.
 *
 * @example displayAddressOf('0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266') // 'ae71:f6f4:ec01:f6a3:ecd0:1d90:8a8c:d9b4'
 */
export function displayAddressOf(address: Address): string {
  const hash = keccak256(concat([DISPLAY_TAG, address]))
  return (hash.slice(2, 34).match(/.{4}/g) ?? []).join(':')
}

/**
 * The short alias of an agent, `N:NNNN.HHHH.LLLL`: the network's tag, then the upper and the lower half of the id that
 * its IdentityRegistry allotted. It stays with the agent whatever its key.
 *
 * @returns undefined for ids beyond 32 bits, and for 0, which is nobody
 * @example aliasOf(deployment, 70_000n) // 'N:b59c.0001.1170'
 */
export function aliasOf(deployment: Deployment, agentId: bigint): string | undefined {
  if (agentId <= 0n || agentId >= FIRST_WITHOUT_ALIAS) return undefined
  return `N:${[networkTag(deployment), Number(agentId >> 16n), Number(agentId & 0xffffn)].map(group).join('.')}`
}

/**
 * Reads an alias, in either case. Whether it is one of this network is for the caller to compare.
 *
 * @throws ConfigError `ALIAS_INVALID`
 */
export function parseAlias(text: string): Alias {
  const [network = 0, high = 0, low = 0] = (ALIAS.exec(text) ?? [])
    .slice(1)
    .map((part) => Number.parseInt(part, 16))
  const agentId = (BigInt(high) << 16n) | BigInt(low)
  if (agentId > 0n) return { network, agentId }
  throw new ConfigError('ALIAS_INVALID', 'An alias cannot be read.', {
    field: 'alias',
    expected: 'N: and three groups of four hexadecimal digits with dots between, of an agent from 1 on',
    received: text,
    remedy: 'Ask its owner for it again.',
  })
}

/**
 * 16 bits that tell the aliases of two networks apart: the first two bytes of the Keccak-256 hash of the name that
 * ERC-8004 gives the registry, `eip155:<chain id>:<address in lower case>`.
 */
export function networkTag({ chainId, contracts }: Deployment): number {
  const name = `eip155:${chainId}:${contracts.identityRegistry.toLowerCase()}`
  return Number.parseInt(keccak256(stringToHex(name)).slice(2, 6), 16)
}

function group(value: number): string {
  return value.toString(16).padStart(4, '0')
}
