import {
  decodeServiceFrame,
  encodeServiceFrame,
  type ServiceMessage,
} from '../../../protocol/wire/services.ts'
import type * as channels from '../channels/index.ts'
import { MAX_CREDIT, MAX_MESSAGE_BYTES, TARIFF, VERSIONS } from './constants.ts'

export type Channel = channels.Channel<ServiceMessage>
export type Channels = channels.Channels<ServiceMessage>
export type Inbound<Message extends ServiceMessage = ServiceMessage> = channels.Inbound<Message>
/** A message of one type. */
export type MessageOf<Type extends ServiceMessage['type']> = Extract<ServiceMessage, { type: Type }>

/** Services as channels carry them. */
export const SERVICES: channels.ChannelProtocol<ServiceMessage> = {
  versions: VERSIONS,
  codec: { encode: encodeServiceFrame, decode: decodeServiceFrame },
  tariff: TARIFF,
  maxBytes: MAX_MESSAGE_BYTES,
  maxInbound: MAX_CREDIT,
}
