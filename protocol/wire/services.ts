import { WireError } from '../errors.ts'
import { MAX_SERVICE_BYTES, MAX_SERVICE_REQUESTS } from '../limits.ts'
import type { Address, Hex } from '../types.ts'
import { decodeEnvelope, encodeInFrame, type Frame, frameEmpty } from './codec.ts'
import { fromHex, toAddress, toHash, toSignature, toText } from './fields.ts'
import {
  type ServiceFrame as ServiceFrameMessage,
  ServiceFrameSchema,
  type Voucher as VoucherMessage,
} from './mesh_pb.js'

/** What a release says beyond its agreement, of which it is the last. */
export interface Voucher {
  /** Answers so far, all in all. */
  quantity: bigint
  /** Digest of the newest of them. */
  evidence: Hex
  signature: Hex
}

/** What a question is paid by. */
export interface QuestionPayment {
  agreementId: Hex
  /** Number of the question in its agreement, from 1n: one that is repeated costs nothing more. */
  number: bigint
  voucher: Voucher | undefined
}

/** One message of the services protocol. */
export type ServiceMessage =
  | { type: 'quoteRequest'; capability: string; requests: bigint }
  /** @param intent a signed intent to sell; see `encodeSigned` */
  | { type: 'quote'; intent: Uint8Array; credit: number }
  | { type: 'question'; capability: string; body: Uint8Array; payment: QuestionPayment | undefined }
  | { type: 'answer'; body: Uint8Array; answeredAt: bigint; expiry: bigint; signature: Hex }
  | { type: 'recall'; agent: Address; capability: string; question: Hex }
  | { type: 'closing'; agreementId: Hex; voucher: Voucher | undefined }
  | { type: 'refusal'; code: string; detail: string }

/** Encodes a frame, without its length prefix. */
export function encodeServiceFrame(frame: Frame<ServiceMessage>): Uint8Array {
  return encodeInFrame(ServiceFrameSchema, frame, fieldsOf(frame.message))
}

/**
 * Decodes and validates a frame's form; signatures are the receiver's to verify.
 *
 * @throws WireError that names the field
 */
export function decodeServiceFrame(bytes: Uint8Array): Frame<ServiceMessage> {
  const { id, replyTo, body } = decodeEnvelope(ServiceFrameSchema, bytes)
  return { id, replyTo, message: messageOf(body) }
}

function fieldsOf(message: ServiceMessage): Record<string, unknown> {
  switch (message.type) {
    case 'question': {
      const { capability, body, payment } = message
      if (payment === undefined) return { capability, body }
      const { agreementId, number, voucher } = payment
      return { capability, body, agreementId: fromHex(agreementId), number, ...voucherFields(voucher) }
    }
    case 'answer':
      return { ...message, signature: fromHex(message.signature) }
    case 'recall':
      return { ...message, agent: fromHex(message.agent), question: fromHex(message.question) }
    case 'closing':
      return { agreementId: fromHex(message.agreementId), ...voucherFields(message.voucher) }
    default:
      return { ...message }
  }
}

function voucherFields(voucher: Voucher | undefined) {
  if (voucher === undefined) return {}
  const { quantity, evidence, signature } = voucher
  return { voucher: { quantity, evidence: fromHex(evidence), signature: fromHex(signature) } }
}

function messageOf(body: ServiceFrameMessage['body']): ServiceMessage {
  switch (body.case) {
    case 'quoteRequest': {
      const { capability, requests } = body.value
      return {
        type: body.case,
        capability: toText(capability, 'quoteRequest.capability'),
        requests: counted(requests),
      }
    }
    case 'quote':
      return { type: body.case, intent: body.value.intent, credit: body.value.credit }
    case 'question':
      return {
        type: body.case,
        capability: toText(body.value.capability, 'question.capability'),
        body: toContent(body.value.body, 'question.body'),
        payment: paymentOf(body.value),
      }
    case 'answer':
      return {
        type: body.case,
        body: toContent(body.value.body, 'answer.body'),
        answeredAt: body.value.answeredAt,
        expiry: body.value.expiry,
        signature: toSignature(body.value.signature, 'answer.signature'),
      }
    case 'recall':
      return {
        type: body.case,
        agent: toAddress(body.value.agent, 'recall.agent'),
        capability: toText(body.value.capability, 'recall.capability'),
        question: toHash(body.value.question, 'recall.question'),
      }
    case 'closing':
      return {
        type: body.case,
        agreementId: toHash(body.value.agreementId, 'closing.agreementId'),
        voucher: voucherOf(body.value.voucher, 'closing.voucher'),
      }
    case 'refusal':
      return {
        type: body.case,
        code: toText(body.value.code, 'refusal.code'),
        detail: toText(body.value.detail, 'refusal.detail'),
      }
    default:
      throw frameEmpty('serviceFrame.body')
  }
}

function paymentOf({
  agreementId,
  number,
  voucher,
}: {
  agreementId: Uint8Array
  number: bigint
  voucher?: VoucherMessage | undefined
}): QuestionPayment | undefined {
  if (agreementId.length === 0) return undefined
  return {
    agreementId: toHash(agreementId, 'question.agreementId'),
    number,
    voucher: voucherOf(voucher, 'question.voucher'),
  }
}

function voucherOf(voucher: VoucherMessage | undefined, field: string): Voucher | undefined {
  if (voucher === undefined) return undefined
  return {
    quantity: voucher.quantity,
    evidence: toHash(voucher.evidence, `${field}.evidence`),
    signature: toSignature(voucher.signature, `${field}.signature`),
  }
}

function counted(requests: bigint): bigint {
  if (0n < requests && requests <= BigInt(MAX_SERVICE_REQUESTS)) return requests
  throw new WireError('QUANTITY_OUT_OF_RANGE', 'A quote is asked for too many requests, or none.', {
    field: 'quoteRequest.requests',
    expected: `1 to ${MAX_SERVICE_REQUESTS}`,
    received: requests,
  })
}

function toContent(bytes: Uint8Array, field: string): Uint8Array {
  if (bytes.length <= MAX_SERVICE_BYTES) return bytes
  throw new WireError('MESSAGE_TOO_LARGE', 'A question or an answer is too long.', {
    field,
    expected: `at most ${MAX_SERVICE_BYTES} bytes`,
    received: `${bytes.length} bytes`,
  })
}
