import { getAddress } from 'viem'
import type { Address } from './types.ts'

/** Most addresses that are remembered. */
const MAX_REMEMBERED = 8_192
const remembered = new Map<string, Address>()

/**
 * An address with its checksum (ERC-55). What is decoded names few addresses often, so they are remembered: one look-up, where
 * viem's own memory takes six.
 *
 * @param hex 20 bytes
 * @throws InvalidAddressError of viem when it is no address
 * @example checksummed('0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266') // '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
 */
export function checksummed(hex: string): Address {
  const known = remembered.get(hex)
  if (known !== undefined) return known
  const address = getAddress(hex)
  if (remembered.size >= MAX_REMEMBERED) remembered.clear()
  remembered.set(hex, address)
  return address
}
