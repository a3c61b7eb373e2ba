import type { ProtocolId } from '../../../protocol/network-parameters.ts'
import type { AuctionMessage } from '../../../protocol/wire/auctions.ts'
import type { Tariff } from '../../network/request-limits.ts'

/** The protocol by which agents bid for an intent. */
const PROTOCOL = { name: 'auctions', version: 1 } as const
export const VERSIONS: readonly ProtocolId[] = [PROTOCOL]

/** Longest message in bytes. */
export const MAX_MESSAGE_BYTES = 128
/** Most auctions that one agent holds at a time. */
export const MAX_AUCTIONS = 64
/** Most bidders of one auction; further ones find it closed. */
export const MAX_BIDDERS = 256
/** How long an answer to a bid may take, in milliseconds. */
export const BID_TIMEOUT = 4_000
/** After a change, how long the other bidders are not told of it, in milliseconds: there may be more to tell. */
export const TELL_DELAY = 50
/** How long the winner has for its offer, in milliseconds. */
export const OFFER_TIMEOUT = 10_000

/**
 * What the messages of one peer cost: two hundred bids at once, and twenty a second in the long run. An auction changes at
 * most sixty times by each of its bidders, and tells of it every `TELL_DELAY`.
 */
export const TARIFF: Tariff<'stream' | AuctionMessage['type']> = {
  protocol: 'auctions',
  quota: { perMinute: 12_000, burst: 2_000 },
  costs: { stream: 10, bid: 10, standing: 1 },
}
