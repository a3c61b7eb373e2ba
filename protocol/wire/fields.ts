import { bytesToBigInt, bytesToHex, getAddress, hexToBytes, numberToBytes } from 'viem'
import { WireError } from '../errors.ts'
import { MAX_LIST_ENTRIES, MAX_STRING_BYTES } from '../limits.ts'
import type { Address, Hex } from '../types.ts'

const utf8 = new TextEncoder()

/** Turns 20 bytes into a checksummed address. @throws WireError naming `field` when it is not 20 bytes long. */
export function toAddress(bytes: Uint8Array, field: string): Address {
  return getAddress(bytesToHex(ofLength(bytes, 20, field)))
}

/** Turns 32 bytes into hexadecimal. @throws WireError naming `field` when it is not 32 bytes long. */
export function toHash(bytes: Uint8Array, field: string): Hex {
  return bytesToHex(ofLength(bytes, 32, field))
}

/** Turns 65 bytes into hexadecimal. @throws WireError naming `field` when it is not 65 bytes long. */
export function toSignature(bytes: Uint8Array, field: string): Hex {
  return bytesToHex(ofLength(bytes, 65, field))
}

/** Reads a big-endian unsigned integer of exactly `size` bytes. @throws WireError naming `field`. */
export function toUint(bytes: Uint8Array, size: number, field: string): bigint {
  return bytesToBigInt(ofLength(bytes, size, field))
}

/** Writes a big-endian unsigned integer of `size` bytes. */
export function fromUint(value: bigint, size: number): Uint8Array {
  return numberToBytes(value, { size })
}

/** Turns hexadecimal into bytes. */
export function fromHex(hex: Hex): Uint8Array {
  return hexToBytes(hex)
}

/** Passes a text on unless it is too long. @param most bytes of UTF-8 @throws WireError naming `field`. */
export function toText(text: string, field: string, most = MAX_STRING_BYTES): string {
  const bytes = utf8.encode(text).length
  if (bytes <= most) return text
  throw new WireError('TEXT_TOO_LONG', 'A text is too long.', {
    field,
    expected: `at most ${most} bytes`,
    received: `${bytes} bytes`,
  })
}

/** Passes a list of texts on unless it is too long, or one of them is. @throws WireError naming `field`. */
export function toTexts(texts: string[], field: string): string[] {
  if (texts.length > MAX_LIST_ENTRIES) {
    throw new WireError('LIST_TOO_LONG', 'A list has too many entries.', {
      field,
      expected: `at most ${MAX_LIST_ENTRIES}`,
      received: texts.length,
    })
  }
  return texts.map((text, index) => toText(text, `${field}[${index}]`))
}

/** Passes a number on if it is one of `allowed`. @throws WireError naming `field`. */
export function oneOf<T>(value: number, allowed: readonly T[], field: string): T {
  const found = allowed[value]
  if (found !== undefined) return found
  throw new WireError('VALUE_UNKNOWN', 'A value is not one of those that are defined.', {
    field,
    expected: `0 to ${allowed.length - 1}`,
    received: value,
  })
}

/** Passes a number on unless it is larger than `most`. @throws WireError naming `field`. */
export function atMost<T extends number | bigint>(value: T, most: T, field: string): T {
  if (value <= most) return value
  throw new WireError('VALUE_TOO_LARGE', 'A number is larger than its type.', {
    field,
    expected: `at most ${most}`,
    received: value,
  })
}

function ofLength(bytes: Uint8Array, length: number, field: string): Uint8Array {
  if (bytes.length === length) return bytes
  throw new WireError('LENGTH_WRONG', 'A field has the wrong length.', {
    field,
    expected: `${length} bytes`,
    received: `${bytes.length} bytes`,
  })
}
