import { decodeTripFrame, encodeTripFrame, type TripMessage } from '../../../protocol/wire/trips.ts'
import type * as channels from '../channels/index.ts'
import { TARIFF, VERSIONS } from './constants.ts'

export type Channel = channels.Channel<TripMessage>
export type Channels = channels.Channels<TripMessage>
export type Inbound = channels.Inbound<TripMessage>

/** Trips as channels carry them: a side that is not heard yet says it all again, so few are in handling at a time. */
export const TRIPS: channels.ChannelProtocol<TripMessage> = {
  versions: VERSIONS,
  codec: { encode: encodeTripFrame, decode: decodeTripFrame },
  tariff: TARIFF,
  maxInbound: 16,
}
