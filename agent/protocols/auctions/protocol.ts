import {
  type AuctionMessage,
  decodeAuctionFrame,
  encodeAuctionFrame,
} from '../../../protocol/wire/auctions.ts'
import type * as channels from '../channels/index.ts'
import { MAX_MESSAGE_BYTES, TARIFF, VERSIONS } from './constants.ts'

export type Channel = channels.Channel<AuctionMessage>
export type Inbound = channels.Inbound<AuctionMessage>
/** A message of one type. */
export type MessageOf<Type extends AuctionMessage['type']> = Extract<AuctionMessage, { type: Type }>
export type Standing = MessageOf<'standing'>

/** Auctions as channels carry them. */
export const AUCTIONS: channels.ChannelProtocol<AuctionMessage> = {
  versions: VERSIONS,
  codec: { encode: encodeAuctionFrame, decode: decodeAuctionFrame },
  tariff: TARIFF,
  maxBytes: MAX_MESSAGE_BYTES,
}
