import type { Delivery, Funding, Hex, Offer, Release } from '../types.ts'
import {
  decodeAgreement,
  decodeConditions,
  decodeDelivery,
  decodeTerms,
  encodeAgreement,
  encodeConditions,
  encodeDelivery,
  encodeTerms,
} from './bodies.ts'
import { decodeEnvelope, encodeInFrame, type Frame, frameEmpty } from './codec.ts'
import { fromHex, fromUint, oneOf, toHash, toSignature, toText, toTexts, toUint } from './fields.ts'
import { type Frame as FrameMessage, FrameSchema, type Funding as FundingMessage } from './mesh_pb.js'

/**
 * Why an offer was declined. `busy` asks to try again when the intent is published anew; `withdrawn` confirms that an
 * offer which was taken back will not be accepted; `replayed` says nothing about the offer: an earlier copy of it has,
 * or will be given, its own answer.
 */
export const DECLINE_REASONS = [
  'unknown',
  'price',
  'filled',
  'busy',
  'expired',
  'invalid',
  'failed',
  'withdrawn',
  'replayed',
] as const
export type DeclineReason = (typeof DECLINE_REASONS)[number]

/** One message of the negotiation protocol. */
export type NegotiationMessage =
  | { type: 'proposal'; offer: Offer; endpoints: readonly string[] }
  | { type: 'acceptance'; agreementId: Hex; signature: Hex; funding: Funding }
  | { type: 'decline'; subject: Hex; reason: DeclineReason; detail: string }
  | { type: 'withdrawal'; agreementId: Hex }
  | { type: 'held'; agreementId: Hex }
  | { type: 'opened'; agreementId: Hex; transaction: Hex }
  | { type: 'delivered'; delivery: Delivery; signature: Hex }
  | { type: 'released'; release: Release; signature: Hex }
  | { type: 'settled'; agreementId: Hex; transaction: Hex }

/** Encodes a frame, without its length prefix. */
export function encodeFrame(frame: Frame<NegotiationMessage>): Uint8Array {
  return encodeInFrame(FrameSchema, frame, fieldsOf(frame.message))
}

/**
 * Decodes and validates a frame's form; signatures are the receiver's to verify.
 *
 * @throws WireError that names the field.
 */
export function decodeFrame(bytes: Uint8Array): Frame<NegotiationMessage> {
  const { id, replyTo, body } = decodeEnvelope(FrameSchema, bytes)
  return { id, replyTo, message: messageOf(body) }
}

function fieldsOf(message: NegotiationMessage): Record<string, unknown> {
  switch (message.type) {
    case 'proposal': {
      const { agreement, conditions, terms, signature, funding } = message.offer
      return {
        agreement: encodeAgreement(agreement),
        conditions: encodeConditions(conditions),
        terms: encodeTerms(terms),
        signature: fromHex(signature),
        ...encodeFunding(funding),
        endpoints: [...message.endpoints],
      }
    }
    case 'acceptance': {
      const { agreementId, signature, funding } = message
      return {
        agreementId: fromHex(agreementId),
        signature: fromHex(signature),
        ...encodeFunding(funding),
      }
    }
    case 'decline':
      return {
        subject: fromHex(message.subject),
        reason: DECLINE_REASONS.indexOf(message.reason),
        detail: message.detail,
      }
    case 'withdrawal':
    case 'held':
      return { agreementId: fromHex(message.agreementId) }
    case 'delivered':
      return { delivery: encodeDelivery(message.delivery), signature: fromHex(message.signature) }
    case 'released': {
      const { agreement, quantity, last, evidence } = message.release
      return {
        agreementId: fromHex(agreement),
        quantity,
        last,
        evidence: fromHex(evidence),
        signature: fromHex(message.signature),
      }
    }
    case 'opened':
    case 'settled':
      return { agreementId: fromHex(message.agreementId), transaction: fromHex(message.transaction) }
  }
}

function messageOf(body: FrameMessage['body']): NegotiationMessage {
  switch (body.case) {
    case 'proposal': {
      const { agreement, conditions, terms, signature, funding, endpoints } = body.value
      return {
        type: 'proposal',
        offer: {
          agreement: decodeAgreement(agreement),
          conditions: decodeConditions(conditions),
          terms: decodeTerms(terms),
          signature: toSignature(signature, 'proposal.signature'),
          funding: decodeFunding(funding, 'proposal.funding'),
        },
        endpoints: toTexts(endpoints, 'proposal.endpoints'),
      }
    }
    case 'acceptance':
      return {
        type: 'acceptance',
        agreementId: toHash(body.value.agreementId, 'acceptance.agreementId'),
        signature: toSignature(body.value.signature, 'acceptance.signature'),
        funding: decodeFunding(body.value.funding, 'acceptance.funding'),
      }
    case 'decline':
      return {
        type: 'decline',
        subject: toHash(body.value.subject, 'decline.subject'),
        reason: DECLINE_REASONS[body.value.reason] ?? 'unknown',
        detail: toText(body.value.detail, 'decline.detail'),
      }
    case 'withdrawal':
    case 'held':
      return { type: body.case, agreementId: toHash(body.value.agreementId, `${body.case}.agreementId`) }
    case 'delivered':
      return {
        type: 'delivered',
        delivery: decodeDelivery(body.value.delivery),
        signature: toSignature(body.value.signature, 'delivered.signature'),
      }
    case 'released':
      return {
        type: 'released',
        release: {
          agreement: toHash(body.value.agreementId, 'released.agreementId'),
          quantity: body.value.quantity,
          last: body.value.last,
          evidence: toHash(body.value.evidence, 'released.evidence'),
        },
        signature: toSignature(body.value.signature, 'released.signature'),
      }
    case 'opened':
    case 'settled':
      return {
        type: body.case,
        agreementId: toHash(body.value.agreementId, `${body.case}.agreementId`),
        transaction: toHash(body.value.transaction, `${body.case}.transaction`),
      }
    default:
      throw frameEmpty('frame.body')
  }
}

const FUNDING_KINDS = ['balance', 'permit', 'authorization'] as const

function encodeFunding(funding: Funding): { funding?: Omit<FundingMessage, '$typeName'> } {
  switch (funding.kind) {
    case 'balance':
      return {}
    case 'permit':
      return {
        funding: {
          kind: FUNDING_KINDS.indexOf(funding.kind),
          value: fromUint(funding.value, 16),
          validAfter: 0n,
          validBefore: funding.deadline,
          signature: fromHex(funding.signature),
        },
      }
    case 'authorization':
      return {
        funding: {
          kind: FUNDING_KINDS.indexOf(funding.kind),
          value: new Uint8Array(),
          validAfter: funding.validAfter,
          validBefore: funding.validBefore,
          signature: fromHex(funding.signature),
        },
      }
  }
}

function decodeFunding(funding: FundingMessage | undefined, field: string): Funding {
  if (funding === undefined) return { kind: 'balance' }
  const kind = oneOf(funding.kind, FUNDING_KINDS, `${field}.kind`)
  if (kind === 'balance') return { kind }
  const signature = toSignature(funding.signature, `${field}.signature`)
  if (kind === 'permit') {
    const value = toUint(funding.value, 16, `${field}.value`)
    return { kind, value, deadline: funding.validBefore, signature }
  }
  return { kind, validAfter: funding.validAfter, validBefore: funding.validBefore, signature }
}
