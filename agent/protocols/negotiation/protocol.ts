import { decodeFrame, encodeFrame, type NegotiationMessage } from '../../../protocol/wire/frames.ts'
import type * as channels from '../channels/index.ts'
import { TARIFF, VERSIONS } from './constants.ts'

export type Channel = channels.Channel<NegotiationMessage>
export type Channels = channels.Channels<NegotiationMessage>
export type Inbound = channels.Inbound<NegotiationMessage>
export type MessageHandler = channels.MessageHandler<NegotiationMessage>

/** Negotiation as channels carry it. */
export const NEGOTIATION: channels.ChannelProtocol<NegotiationMessage> = {
  versions: VERSIONS,
  codec: { encode: encodeFrame, decode: decodeFrame },
  tariff: TARIFF,
}
