/**
 * Just enough of the protobuf wire format to write what no honest encoder writes.
 * Source: https://protobuf.dev/programming-guides/encoding/
 */

/** A field as it stands in a message: `bytes` is all of it, tag included. */
export interface WireField {
  number: number
  wireType: number
  bytes: Uint8Array
  /** What follows the tag; of a length-delimited field without its length. */
  payload: Uint8Array
}

export const VARINT = 0
export const LENGTH_DELIMITED = 2
export const START_GROUP = 3

/** Splits a message into its fields. */
export function splitFields(message: Uint8Array): WireField[] {
  const fields: WireField[] = []
  let offset = 0
  const readVarint = () => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[offset++]
      if (byte === undefined) throw new Error('the message ends within a number')
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  while (offset < message.length) {
    const start = offset
    const key = Number(readVarint())
    const wireType = key & 7
    if (wireType !== VARINT && wireType !== LENGTH_DELIMITED) throw new Error(`wire type ${wireType}`)
    const valueStart = offset
    const value = readVarint()
    const payloadStart = wireType === VARINT ? valueStart : offset
    if (wireType === LENGTH_DELIMITED) offset += Number(value)
    fields.push({
      number: key >> 3,
      wireType,
      bytes: message.subarray(start, offset),
      payload: message.subarray(payloadStart, offset),
    })
  }
  return fields
}

/** A number in 7-bit groups, with `padding` groups more than it needs. */
export function varint(value: bigint | number, padding = 0): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt(value)
  do {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  } while (rest > 0n)
  for (let i = 0; i < padding; i++) bytes.push(0x80)
  bytes.push((bytes.pop() ?? 0) & 0x7f)
  return Uint8Array.from(bytes)
}

export function tag(number: number, wireType: number): Uint8Array {
  return varint((number << 3) | wireType)
}

export function concatBytes(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}
