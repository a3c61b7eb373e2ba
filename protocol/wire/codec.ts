import { create, type DescMessage, fromBinary, type MessageShape, toBinary } from '@bufbuild/protobuf'
import { WireError } from '../errors.ts'

/** Encodes a message canonically: fields in order, defaults left out, no unknown fields. */
export function encode<D extends DescMessage>(
  schema: D,
  fields: Omit<MessageShape<D>, '$typeName'>,
): Uint8Array {
  // `create` wants an init shape whose generic form TypeScript cannot relate to the message's own.
  const message = create(schema, fields as never)
  return toBinary(schema, message, { writeUnknownFields: false })
}

/** A numbered message; `replyTo` is the number of the message that it answers, 0n if none. */
export interface Frame<Message> {
  id: bigint
  replyTo: bigint
  message: Message
}

/**
 * Encodes a frame, without its length prefix.
 *
 * @param schema of a frame whose oneof `body` has a member for each type of message
 * @param fields those of the message on the wire
 */
export function encodeInFrame(
  schema: DescMessage,
  { id, replyTo, message }: Frame<{ type: string }>,
  fields: Record<string, unknown>,
): Uint8Array {
  // The oneof's members are plain init objects here; `create` turns them into messages.
  return encode<DescMessage>(schema, { id, replyTo, body: { case: message.type, value: fields } } as never)
}

/** What is thrown at a frame of whose messages none is there. @param field the oneof */
export function frameEmpty(field: string): WireError {
  return new WireError('FRAME_EMPTY', 'A frame carries no message that this version knows.', {
    field,
    remedy: 'Negotiate a protocol version that both sides speak.',
  })
}

/**
 * Checks the size of a message, before it is decoded, or sent.
 *
 * @param length bytes of it
 * @param most bytes that are allowed; see `SpamRules.maxMessageBytes`
 * @throws WireError `MESSAGE_TOO_LARGE`
 */
export function checkSize(length: number, most: number): void {
  if (length <= most) return
  throw new WireError('MESSAGE_TOO_LARGE', 'A message is larger than the network allows.', {
    field: 'message',
    expected: `at most ${most} bytes`,
    received: `${length} bytes`,
    remedy: 'Say less in it: fewer endpoints, shorter texts.',
  })
}

/**
 * Decodes an envelope; unknown fields are ignored, so that old and new agents understand each other. Its size is the
 * receiver's to check.
 *
 * @throws WireError `MESSAGE_MALFORMED`.
 */
export function decodeEnvelope<D extends DescMessage>(schema: D, bytes: Uint8Array): MessageShape<D> {
  try {
    return fromBinary(schema, bytes, { readUnknownFields: false })
  } catch (cause) {
    throw new WireError('MESSAGE_MALFORMED', 'A message cannot be decoded.', { field: schema.name, cause })
  }
}

/**
 * Decodes a signed body. It must be canonical: the same value has one encoding only, or a relay could make many
 * messages of one signature.
 *
 * @throws WireError `MESSAGE_MALFORMED` or `BODY_NOT_CANONICAL`.
 */
export function decodeBody<D extends DescMessage>(schema: D, bytes: Uint8Array): MessageShape<D> {
  const message = decodeEnvelope(schema, bytes)
  const canonical = toBinary(schema, message, { writeUnknownFields: false })
  if (canonical.length !== bytes.length || canonical.some((byte, i) => byte !== bytes[i])) {
    throw new WireError('BODY_NOT_CANONICAL', 'A signed body is not in its canonical encoding.', {
      field: schema.name,
      expected: `${canonical.length} bytes, as re-encoded`,
      received: `${bytes.length} bytes that differ`,
      remedy: 'Encode fields in order, once each, without defaults and without unknown fields.',
    })
  }
  return message
}
