import type { AbiParameter } from 'viem'
import { checksummed } from '../../protocol/checksum.ts'

/** Reads a value out of hexadecimal digits, from the beginning of its first word on. */
type Read = (data: string, start: number) => unknown

interface Plan {
  words: number
  read: Read
}

/** Hexadecimal digits of a word of 32 bytes. */
const WORD = 64

/**
 * Decodes what stands in words of its own, which is what nearly all events are made of, right from the text: `viem` makes bytes
 * of it first, and an object to walk over them. https://docs.soliditylang.org/en/latest/abi-spec.html#formal-specification-of-the-encoding
 *
 * @returns undefined where a parameter is dynamic, a tuple or a signed number
 */
export function staticDecoder(
  parameters: readonly AbiParameter[],
): { size: number; decode: (data: string) => unknown[] } | undefined {
  const plans = parameters.map(({ type }) => planOf(type))
  if (!plans.every((plan) => plan !== undefined)) return undefined
  const places: { start: number; read: Read }[] = []
  let start = 2
  for (const { words, read } of plans) {
    places.push({ start, read })
    start += words * WORD
  }
  return { size: start, decode: (data) => places.map((place) => place.read(data, place.start)) }
}

function planOf(type: string): Plan | undefined {
  const [, element, length] = /^(.*)\[(\d+)\]$/.exec(type) ?? []
  if (element !== undefined) return arrayOf(planOf(element), Number(length))
  const [, bits] = /^uint(\d+)$/.exec(type) ?? []
  if (bits !== undefined) return { words: 1, read: Number(bits) > 48 ? readBigint : readNumber }
  const [, bytes] = /^bytes(\d+)$/.exec(type) ?? []
  const digits = 2 * Number(bytes)
  if (bytes !== undefined) return { words: 1, read: (data, at) => `0x${data.slice(at, at + digits)}` }
  if (type === 'address')
    return { words: 1, read: (data, at) => checksummed(`0x${data.slice(at + WORD - 40, at + WORD)}`) }
  return undefined
}

function arrayOf(element: Plan | undefined, length: number): Plan | undefined {
  if (element === undefined) return undefined
  const { words, read } = element
  const places = Array.from({ length }, (_, index) => index * words * WORD)
  return { words: words * length, read: (data, at) => places.map((place) => read(data, at + place)) }
}

const readBigint: Read = (data, at) => BigInt(`0x${data.slice(at, at + WORD)}`)
const readNumber: Read = (data, at) => Number(`0x${data.slice(at, at + WORD)}`)
