import { hashMessage } from 'viem'
import { WireError } from './errors.ts'
import { verifyDigest } from './signature.ts'
import type { Address, Hex } from './types.ts'

/** Most bytes of what an envelope holds. */
export const MAX_PAYLOAD_BYTES = 256 * 1024

/** Something that was signed, with its type, as JSON has it. Source: https://github.com/secure-systems-lab/dsse, envelope.md. */
export interface Envelope {
  readonly payloadType: string
  /** Base64. */
  readonly payload: string
  /** One: `keyid` is the signer's address, `sig` its 65 bytes r, s, v in base64. */
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[]
}

/** Who signs: an agent's identity, or a wallet. */
export interface EnvelopeSigner {
  readonly address: Address
  /** Signs a 32-byte digest; 65 bytes r, s, v. */
  sign(digest: Hex): Hex
}

const utf8 = new TextEncoder()

/**
 * What is signed of a payload: its type is part of it, so that no payload can pass for one of another type.
 *
 * Source: https://github.com/secure-systems-lab/dsse/blob/master/protocol.md, "PAE" (pre-authentication encoding).
 */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = utf8.encode(`DSSEv1 ${utf8.encode(payloadType).length} ${payloadType} ${payload.length} `)
  const bytes = new Uint8Array(head.length + payload.length)
  bytes.set(head)
  bytes.set(payload, head.length)
  return bytes
}

/**
 * Puts a text into an envelope and signs it. The signature is that of a wallet's message (EIP-191, version 0x45) over the
 * pre-authentication encoding: so it can be no transaction's and no typed data's, and any wallet can make it.
 *
 * @throws WireError `ENVELOPE_INVALID` when the text is longer than {@link MAX_PAYLOAD_BYTES}
 * @example
 * ```ts
 * const envelope = sealEnvelope('text/plain', 'hello', identity)
 * openEnvelope(envelope, 'text/plain') // { text: 'hello', signer: identity.address }
 * ```
 */
export function sealEnvelope(payloadType: string, text: string, signer: EnvelopeSigner): Envelope {
  const payload = utf8.encode(text)
  if (payload.length > MAX_PAYLOAD_BYTES) throw tooLong(payload.length)
  const signature = signer.sign(digestOf(payloadType, payload))
  const sig = toBase64(
    Uint8Array.from(signature.slice(2).match(/../g) ?? [], (byte) => Number.parseInt(byte, 16)),
  )
  return { payloadType, payload: toBase64(payload), signatures: [{ keyid: signer.address, sig }] }
}

/**
 * Opens an envelope, and verifies who signed it.
 *
 * @param envelope anything, as JSON has it
 * @param payloadType that it has to have
 * @throws WireError `ENVELOPE_INVALID` that names the field; SignatureError `SIGNATURE_MALFORMED`, or `SIGNER_WRONG` when
 *   `keyid` is not who signed
 */
export function openEnvelope(envelope: unknown, payloadType: string): { text: string; signer: Address } {
  const { payload, signatures, ...rest } = membersOf(envelope, 'envelope', 'payloadType,payload,signatures')
  if (rest.payloadType !== payloadType) throw invalid('payloadType', payloadType, rest.payloadType)
  if (!Array.isArray(signatures) || signatures.length !== 1) {
    throw invalid('signatures', 'one signature', Array.isArray(signatures) ? signatures.length : signatures)
  }
  const { keyid, sig } = membersOf(signatures[0], 'signatures[0]', 'keyid,sig')
  if (typeof keyid !== 'string' || !/^0x[0-9a-fA-F]{40}$/.test(keyid)) {
    throw invalid('signatures[0].keyid', 'an address', keyid)
  }
  const bytes = fromBase64('payload', payload)
  if (bytes.length > MAX_PAYLOAD_BYTES) throw tooLong(bytes.length)
  const signature = [...fromBase64('signatures[0].sig', sig)].map((byte) =>
    byte.toString(16).padStart(2, '0'),
  )
  const signer = keyid as Address
  verifyDigest(digestOf(payloadType, bytes), `0x${signature.join('')}`, signer)
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), signer }
  } catch (cause) {
    throw invalid('payload', 'UTF-8', 'other bytes', cause)
  }
}

function digestOf(payloadType: string, payload: Uint8Array): Hex {
  return hashMessage({ raw: preAuthenticationEncoding(payloadType, payload) })
}

function membersOf(value: unknown, field: string, names: string): Record<string, unknown> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  const found = isObject ? Object.keys(value).sort().join() : value
  if (isObject && found === names.split(',').sort().join()) return value as Record<string, unknown>
  throw invalid(field, `an object of ${names}`, found)
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

function fromBase64(field: string, text: unknown): Uint8Array {
  try {
    const bytes = Uint8Array.from(atob(text as string), (character) => character.charCodeAt(0))
    // What decodes to the same bytes in two ways would be two envelopes.
    if (toBase64(bytes) === text) return bytes
  } catch (cause) {
    throw invalid(field, 'base64', text, cause)
  }
  throw invalid(field, 'base64 in its one form', text)
}

function tooLong(length: number): WireError {
  return invalid('payload', `at most ${MAX_PAYLOAD_BYTES} bytes`, length)
}

function invalid(field: string, expected: string, received: unknown, cause?: unknown): WireError {
  return new WireError('ENVELOPE_INVALID', 'A signed envelope is not as it has to be.', {
    field,
    expected,
    received: received ?? 'nothing',
    remedy: 'Believe nothing of it; ask its signer for another.',
    cause,
  })
}
