import { concat, hexToBytes } from 'viem'
import { shortened, WireError } from './errors.ts'
import { keccak } from './keccak.ts'

/** A member of a struct, in EIP-712's words. */
export interface Member {
  name: string
  type: string
}

const WORD = 32
const ADDRESS = 20
const utf8 = new TextEncoder()

/**
 * EIP-712 `typeHash` and `encodeData`, a word for each member: what a struct's hash is taken of. viem's does the same for
 * any type in ten times the time; the tests hold one against the other.
 *
 * Source: https://eips.ethereum.org/EIPS/eip-712#definition-of-encodedata
 *
 * @param typeHash 32 bytes
 * @param members of type `address`, `bool`, `string`, `string[]`, `uintN` or `intN`; any other type's is given as its hash
 * @throws WireError `MEMBER_INVALID` when a value is not of its type; text with half a surrogate pair, which UTF-8 does not
 *   have, would be hashed as another text
 */
export function encodeStruct(
  typeHash: Uint8Array,
  members: readonly Member[],
  value: Readonly<Record<string, unknown>>,
): Uint8Array {
  const words = new Uint8Array(WORD * (members.length + 1))
  words.set(typeHash)
  members.forEach(({ name, type }, index) => {
    const word = words.subarray(WORD * (index + 1), WORD * (index + 2))
    if (!write(word, type, value[name])) throw invalid(name, type, value[name])
  })
  return words
}

/** @returns whether the value is of the type */
function write(word: Uint8Array, type: string, value: unknown): boolean {
  switch (type) {
    case 'string':
      return isText(value) && place(word, hashText(value))
    case 'string[]':
      return isTexts(value) && place(word, keccak(concat(value.map(hashText))))
    case 'bool':
      return typeof value === 'boolean' && place(word, Uint8Array.of(value ? 1 : 0))
    case 'address':
      return isHex(value, ADDRESS) && place(word, hexToBytes(value))
    default:
      if (isHex(value, WORD)) return !INTEGER.test(type) && place(word, hexToBytes(value))
      return writeInteger(word, type, value)
  }
}

const INTEGER = /^(u?)int(\d+)$/

function writeInteger(word: Uint8Array, type: string, value: unknown): boolean {
  const [, unsigned, bits = ''] = INTEGER.exec(type) ?? []
  if (unsigned === undefined || !(typeof value === 'bigint' || Number.isInteger(value))) return false
  const integer = BigInt(value as bigint | number)
  const fitting =
    unsigned === 'u' ? BigInt.asUintN(Number(bits), integer) : BigInt.asIntN(Number(bits), integer)
  if (fitting !== integer) return false
  const view = new DataView(word.buffer, word.byteOffset, WORD)
  for (let rest = integer, end = WORD - 8; end >= 0; end -= 8, rest >>= 64n) {
    view.setBigUint64(end, BigInt.asUintN(64, rest))
  }
  return true
}

/** Writes bytes at the end of a word. */
function place(word: Uint8Array, bytes: Uint8Array): true {
  word.set(bytes, WORD - bytes.length)
  return true
}

function hashText(text: string): Uint8Array {
  return keccak(utf8.encode(text))
}

function isTexts(value: unknown): value is string[] {
  // A list with holes has them filled, and so refused, by being spread.
  return Array.isArray(value) && [...value].every(isText)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed()
}

const HEX = /^0x[0-9a-f]*$/i

function isHex(value: unknown, bytes: number): value is `0x${string}` {
  return typeof value === 'string' && value.length === 2 + 2 * bytes && HEX.test(value)
}

function invalid(name: string, type: string, received: unknown): WireError {
  return new WireError('MEMBER_INVALID', 'A member of what is to be signed is not of its type.', {
    field: name,
    expected: type,
    received: typeof received === 'string' ? shortened(received) : received,
  })
}
