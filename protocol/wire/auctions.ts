import type { Hex } from '../types.ts'
import { decodeEnvelope, encodeInFrame, type Frame, frameEmpty } from './codec.ts'
import { fromHex, oneOf, toHash } from './fields.ts'
import { type AuctionFrame as AuctionFrameMessage, AuctionFrameSchema } from './mesh_pb.js'

/**
 * How a bidder stands: another leads, or nobody does; the bidder leads; it has won; or no bid of it is taken (any more).
 * In the order of their numbers on the wire.
 */
export const PLACES = ['open', 'leads', 'won', 'closed'] as const
export type Place = (typeof PLACES)[number]

/** One message of the auctions protocol. */
export type AuctionMessage =
  /**
   * @param price minor units per lot
   * @param wait seconds from now until the delivery begins
   * @param revision of the standing that the bidder knows, 0 if none
   */
  | { type: 'bid'; intent: Hex; price: bigint; wait: number; revision: bigint }
  /**
   * @param revision grows with every change of the auction, so that what is old is known
   * @param price of the leading bid, of the intent while there is none
   * @param step by which the next bid has to be lower at least
   */
  | { type: 'standing'; intent: Hex; revision: bigint; place: Place; price: bigint; step: bigint }

/** Encodes a frame, without its length prefix. */
export function encodeAuctionFrame(frame: Frame<AuctionMessage>): Uint8Array {
  return encodeInFrame(AuctionFrameSchema, frame, fieldsOf(frame.message))
}

/**
 * Decodes and validates a frame's form.
 *
 * @throws WireError that names the field
 */
export function decodeAuctionFrame(bytes: Uint8Array): Frame<AuctionMessage> {
  const { id, replyTo, body } = decodeEnvelope(AuctionFrameSchema, bytes)
  return { id, replyTo, message: messageOf(body) }
}

function fieldsOf(message: AuctionMessage): Record<string, unknown> {
  const intent = fromHex(message.intent)
  if (message.type === 'bid') return { ...message, intent }
  return { ...message, intent, place: PLACES.indexOf(message.place) }
}

function messageOf(body: AuctionFrameMessage['body']): AuctionMessage {
  switch (body.case) {
    case 'bid': {
      const { price, wait, revision } = body.value
      return { type: body.case, intent: toHash(body.value.intent, 'bid.intent'), price, wait, revision }
    }
    case 'standing': {
      const { revision, price, step } = body.value
      return {
        type: body.case,
        intent: toHash(body.value.intent, 'standing.intent'),
        revision,
        place: oneOf(body.value.place, PLACES, 'standing.place'),
        price,
        step,
      }
    }
    default:
      throw frameEmpty('auctionFrame.body')
  }
}
