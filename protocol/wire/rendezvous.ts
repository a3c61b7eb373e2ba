import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { WireError } from '../errors.ts'
import { decodeEnvelope, encode } from './codec.ts'
import {
  type Message,
  MessageSchema,
  Message_MessageType as MessageType,
  Message_ResponseStatus as ResponseStatus,
} from './rendezvous_pb.js'

/** Name of libp2p's rendezvous protocol. */
export const RENDEZVOUS_PROTOCOL = '/rendezvous/1.0.0'
/** Most registrations in one answer. */
export const MAX_DISCOVERED = 64
/** Most bytes of a signed peer record. */
export const MAX_PEER_RECORD_BYTES = 1_024
/** Most bytes of a request. */
export const MAX_REQUEST_BYTES = 4_096
/** Most bytes of an answer: as many registrations as it may have, each with the longest namespace, and a cookie. */
export const MAX_ANSWER_BYTES = 96 * 1024
/** Most bytes of a cookie. */
export const MAX_COOKIE_BYTES = 512

/** OK, or why a point did not do what it was asked. */
export type RendezvousStatus = keyof typeof ResponseStatus

/** What a point is asked. Whether it does so is its own to decide: lengths, lifetimes and records are not checked yet. */
export type RendezvousRequest =
  | { type: 'register'; namespace: string; record: Uint8Array; ttl?: number | undefined }
  | { type: 'unregister'; namespace: string }
  | {
      type: 'discover'
      /** Undefined for all. */
      namespace?: string | undefined
      limit?: number | undefined
      cookie?: Uint8Array | undefined
    }

/** Whether a registration was taken. */
export interface RegisterAnswer {
  status: RendezvousStatus
  /** Seconds that it holds. */
  ttl?: number | undefined
}

/** Somebody who registered. */
export interface Registered {
  namespace: string
  /** Envelope with a signed peer record, neither verified nor bounded yet. */
  record: Uint8Array
  /** Seconds that are left. */
  ttl: number
}

export interface DiscoverAnswer {
  status: RendezvousStatus
  registrations: Registered[]
  /** For the next question: it says what was told already. */
  cookie?: Uint8Array | undefined
}

export function encodeRequest(request: RendezvousRequest): Uint8Array {
  const { type } = request
  if (type === 'unregister') {
    return encodeMessage({ type: MessageType.UNREGISTER, unregister: { ns: request.namespace } })
  }
  if (type === 'register') {
    const { namespace, record, ttl } = request
    const register = { ns: namespace, signedPeerRecord: record, ...given({ ttl: toUint64(ttl) }) }
    return encodeMessage({ type: MessageType.REGISTER, register })
  }
  const { namespace, limit, cookie } = request
  const discover = given({ ns: namespace, limit: toUint64(limit), cookie })
  return encodeMessage({ type: MessageType.DISCOVER, discover })
}

/** @throws WireError `MESSAGE_MALFORMED`, or `VALUE_UNKNOWN` for what is no request */
export function decodeRequest(bytes: Uint8Array): RendezvousRequest {
  const { type, register, unregister, discover } = decodeEnvelope(MessageSchema, bytes)
  if (type === MessageType.REGISTER && register !== undefined) {
    const { ns = '', signedPeerRecord = new Uint8Array(), ttl } = register
    return { type: 'register', namespace: ns, record: signedPeerRecord, ttl: toNumber(ttl) }
  }
  if (type === MessageType.UNREGISTER && unregister !== undefined) {
    return { type: 'unregister', namespace: unregister.ns ?? '' }
  }
  if (type === MessageType.DISCOVER && discover !== undefined) {
    const { ns, limit, cookie } = discover
    return { type: 'discover', namespace: ns, limit: toNumber(limit), cookie }
  }
  throw unexpected('REGISTER, UNREGISTER or DISCOVER, with its body', type)
}

export function encodeRegisterAnswer({ status, ttl }: RegisterAnswer): Uint8Array {
  const registerResponse = { status: ResponseStatus[status], ...given({ ttl: toUint64(ttl) }) }
  return encodeMessage({ type: MessageType.REGISTER_RESPONSE, registerResponse })
}

/** @throws WireError naming the field */
export function decodeRegisterAnswer(bytes: Uint8Array): RegisterAnswer {
  const { type, registerResponse } = decodeEnvelope(MessageSchema, bytes)
  if (type !== MessageType.REGISTER_RESPONSE || registerResponse === undefined) {
    throw unexpected('REGISTER_RESPONSE', type)
  }
  return { status: statusOf(registerResponse.status), ttl: toNumber(registerResponse.ttl) }
}

export function encodeDiscoverAnswer({ status, registrations, cookie }: DiscoverAnswer): Uint8Array {
  const discoverResponse = {
    status: ResponseStatus[status],
    registrations: registrations.map(({ namespace, record, ttl }) => ({
      ns: namespace,
      signedPeerRecord: record,
      ttl: BigInt(ttl),
    })),
    ...given({ cookie }),
  }
  return encodeMessage({ type: MessageType.DISCOVER_RESPONSE, discoverResponse })
}

/** @throws WireError naming the field */
export function decodeDiscoverAnswer(bytes: Uint8Array): DiscoverAnswer {
  const { type, discoverResponse } = decodeEnvelope(MessageSchema, bytes)
  if (type !== MessageType.DISCOVER_RESPONSE || discoverResponse === undefined) {
    throw unexpected('DISCOVER_RESPONSE', type)
  }
  const { status, registrations, cookie } = discoverResponse
  checkLength(registrations.length, MAX_DISCOVERED, 'registrations')
  checkLength(cookie?.length ?? 0, MAX_COOKIE_BYTES, 'cookie')
  return {
    status: statusOf(status),
    registrations: registrations.map(({ ns = '', signedPeerRecord = new Uint8Array(), ttl = 0n }) => ({
      namespace: ns,
      record: signedPeerRecord,
      ttl: Number(ttl),
    })),
    cookie,
  }
}

function encodeMessage(message: MessageInitShape<typeof MessageSchema>): Uint8Array {
  return encode(MessageSchema, create(MessageSchema, message))
}

/** Leaves out what is undefined: absent is not the same as empty. */
function given<T extends object>(fields: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}

function toUint64(value: number | undefined): bigint | undefined {
  return value === undefined ? undefined : BigInt(value)
}

function toNumber(value: bigint | undefined): number | undefined {
  return value === undefined ? undefined : Number(value)
}

function statusOf(status: ResponseStatus | undefined): RendezvousStatus {
  // One that a later version may have.
  return (ResponseStatus[status ?? ResponseStatus.OK] ?? 'E_INTERNAL_ERROR') as RendezvousStatus
}

function unexpected(expected: string, type: Message['type']): WireError {
  return new WireError('VALUE_UNKNOWN', 'A rendezvous message is not of the kind that is due.', {
    field: 'rendezvous.type',
    expected,
    received: type === undefined ? 'none' : (MessageType[type] ?? type),
  })
}

function checkLength(length: number, most: number, field: string): void {
  if (length <= most) return
  throw new WireError('LIST_TOO_LONG', 'An answer of a rendezvous point has too much in it.', {
    field: `rendezvous.discoverResponse.${field}`,
    expected: `at most ${most}`,
    received: length,
  })
}
