import {
  type ContentMessage,
  decodeContentFrame,
  encodeContentFrame,
} from '../../../protocol/wire/content.ts'
import type * as channels from '../channels/index.ts'
import { MAX_INBOUND, MAX_MESSAGE_BYTES, TARIFF, VERSIONS } from './constants.ts'

export type Channel = channels.Channel<ContentMessage>
export type Inbound<Message extends ContentMessage = ContentMessage> = channels.Inbound<Message>
/** A message of one type. */
export type MessageOf<Type extends ContentMessage['type']> = Extract<ContentMessage, { type: Type }>

/** Content as channels carry it. */
export const CONTENT: channels.ChannelProtocol<ContentMessage> = {
  versions: VERSIONS,
  codec: { encode: encodeContentFrame, decode: decodeContentFrame },
  tariff: TARIFF,
  maxBytes: MAX_MESSAGE_BYTES,
  maxInbound: MAX_INBOUND,
}
