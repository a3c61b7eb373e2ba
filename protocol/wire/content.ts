import type { Hex } from '../types.ts'
import { decodeEnvelope, encodeInFrame, type Frame, frameEmpty } from './codec.ts'
import { fromHex, toHash } from './fields.ts'
import { type ContentFrame as ContentFrameMessage, ContentFrameSchema } from './mesh_pb.js'

/** Why a part is not given: it is not here; or too many are asked for at a time. In the order of their numbers on the wire. */
export const CONTENT_REFUSALS = ['missing', 'busy'] as const
type ContentRefusal = (typeof CONTENT_REFUSALS)[number]

/** One message of the content protocol. */
export type ContentMessage =
  /** @param part 0: the root; from 1 on: the chunks, in their order */
  | { type: 'want'; digest: Hex; part: number }
  | { type: 'part'; bytes: Uint8Array }
  | { type: 'refusal'; reason: ContentRefusal }

/** Encodes a frame, without its length prefix. */
export function encodeContentFrame(frame: Frame<ContentMessage>): Uint8Array {
  return encodeInFrame(ContentFrameSchema, frame, fieldsOf(frame.message))
}

/**
 * Decodes and validates a frame's form; what a part hashes to is the receiver's to check.
 *
 * @throws WireError that names the field
 */
export function decodeContentFrame(bytes: Uint8Array): Frame<ContentMessage> {
  const { id, replyTo, body } = decodeEnvelope(ContentFrameSchema, bytes)
  return { id, replyTo, message: messageOf(body) }
}

function fieldsOf(message: ContentMessage): Record<string, unknown> {
  switch (message.type) {
    case 'want':
      return { digest: fromHex(message.digest), part: message.part }
    case 'part':
      return { bytes: message.bytes }
    case 'refusal':
      return { reason: CONTENT_REFUSALS.indexOf(message.reason) }
  }
}

function messageOf(body: ContentFrameMessage['body']): ContentMessage {
  switch (body.case) {
    case 'want':
      return { type: 'want', digest: toHash(body.value.digest, 'want.digest'), part: body.value.part }
    case 'part':
      return { type: 'part', bytes: body.value.bytes }
    case 'refusal':
      // What a newer agent has other reasons for cannot be had from it either.
      return { type: 'refusal', reason: CONTENT_REFUSALS[body.value.reason] ?? 'missing' }
    default:
      throw frameEmpty('contentFrame.body')
  }
}
