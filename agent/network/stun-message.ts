/**
 * STUN binding requests and their answers, as far as a server needs them that tells a client its own address.
 * Source: RFC 8489 (and RFC 5389, which has the same messages), sections 5, 6, 14.
 */

/** Fourth to seventh byte of every message; RFC 3489 had none. */
const MAGIC_COOKIE = 0x2112a442
const HEADER_BYTES = 20
const BINDING_REQUEST = 0x0001
const BINDING_SUCCESS = 0x0101
const BINDING_ERROR = 0x0111
const ERROR_CODE = 0x0009
const UNKNOWN_ATTRIBUTES = 0x000a
const XOR_MAPPED_ADDRESS = 0x0020
/** Attributes from this type on may be ignored by whoever does not know them. */
const FIRST_OPTIONAL = 0x8000
/** Most attributes of a request that are named as unknown. */
const MAX_UNKNOWN = 8
/** Largest request that is answered, in bytes; clients send about 30. */
export const MAX_REQUEST_BYTES = 548

/** A binding request that can be answered. */
export interface BindingRequest {
  /** 12 bytes that the answer repeats. */
  transactionId: Uint8Array
  /** Attributes that the client wants understood, and that nobody here does. */
  unknown: number[]
}

/**
 * Reads a binding request.
 *
 * @returns undefined for everything else: it gets no answer
 */
export function decodeBindingRequest(bytes: Uint8Array): BindingRequest | undefined {
  if (bytes.length < HEADER_BYTES || bytes.length > MAX_REQUEST_BYTES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const isRequest = view.getUint16(0) === BINDING_REQUEST && view.getUint32(4) === MAGIC_COOKIE
  if (!isRequest || view.getUint16(2) !== bytes.length - HEADER_BYTES || bytes.length % 4 !== 0)
    return undefined
  const unknown: number[] = []
  let offset = HEADER_BYTES
  while (offset < bytes.length) {
    const type = view.getUint16(offset)
    if (type < FIRST_OPTIONAL && unknown.length < MAX_UNKNOWN) unknown.push(type)
    offset += 4 + padded(view.getUint16(offset + 2))
  }
  return offset === bytes.length ? { transactionId: bytes.slice(8, HEADER_BYTES), unknown } : undefined
}

/**
 * The answer to a request: the address that it came from, or which of its attributes nobody here knows.
 *
 * @param from 4 or 16 bytes of an address, and a port
 */
export function encodeBindingResponse(
  { transactionId, unknown }: BindingRequest,
  from: { address: Uint8Array; port: number },
): Uint8Array {
  return unknown.length > 0
    ? message(BINDING_ERROR, transactionId, [
        { type: ERROR_CODE, value: Uint8Array.of(0, 0, 4, 20) },
        {
          type: UNKNOWN_ATTRIBUTES,
          value: Uint8Array.from(unknown.flatMap((type) => [type >> 8, type & 0xff])),
        },
      ])
    : message(BINDING_SUCCESS, transactionId, [
        { type: XOR_MAPPED_ADDRESS, value: xorMapped(transactionId, from) },
      ])
}

/** Address and port, hidden from routers that would rewrite them (section 14.2). */
function xorMapped(
  transactionId: Uint8Array,
  { address, port }: { address: Uint8Array; port: number },
): Uint8Array {
  const value = new Uint8Array(4 + address.length)
  const view = new DataView(value.buffer)
  view.setUint8(1, address.length === 4 ? 1 : 2)
  view.setUint16(2, port ^ (MAGIC_COOKIE >>> 16))
  const mask = new Uint8Array(16)
  new DataView(mask.buffer).setUint32(0, MAGIC_COOKIE)
  mask.set(transactionId, 4)
  for (const [index, byte] of address.entries()) value[4 + index] = byte ^ (mask[index] ?? 0)
  return value
}

function message(
  type: number,
  transactionId: Uint8Array,
  attributes: { type: number; value: Uint8Array }[],
): Uint8Array {
  const length = attributes.reduce((sum, { value }) => sum + 4 + padded(value.length), 0)
  const bytes = new Uint8Array(HEADER_BYTES + length)
  const view = new DataView(bytes.buffer)
  view.setUint16(0, type)
  view.setUint16(2, length)
  view.setUint32(4, MAGIC_COOKIE)
  bytes.set(transactionId, 8)
  let offset = HEADER_BYTES
  for (const attribute of attributes) {
    view.setUint16(offset, attribute.type)
    view.setUint16(offset + 2, attribute.value.length)
    bytes.set(attribute.value, offset + 4)
    offset += 4 + padded(attribute.value.length)
  }
  return bytes
}

/** Attributes begin at multiples of four bytes. */
function padded(length: number): number {
  return Math.ceil(length / 4) * 4
}
