import { EventEmitter } from 'eventemitter3'
import { RefusedError } from '../../../protocol/errors.ts'
import type { Address, Hex, Intent } from '../../../protocol/types.ts'
import type { AuctionMessage } from '../../../protocol/wire/auctions.ts'
import type { ReverseBid } from '../../market/reverse-auction.ts'
import { addressOfPeer } from '../../network/identity.ts'
import { domainOf } from '../../network/names.ts'
import { Channels, type ChannelsComponents } from '../channels/index.ts'
import type { ReceivedIntent } from '../intent-discovery/index.ts'
import { BID_TIMEOUT, MAX_AUCTIONS } from './constants.ts'
import { HeldAuction, type Winner } from './held-auction.ts'
import { type PhaseTimes, runPhases } from './phases.ts'
import { AUCTIONS, type Channel, type Inbound, type MessageOf, type Standing } from './protocol.ts'

/** How an own intent is auctioned. */
export interface AuctionInit extends PhaseTimes {
  /** Makes the intent known. Bids are taken before it has ended, and time counts from when it has. */
  announce: () => Promise<unknown>
  /** Most seconds that the delivery may take to begin. */
  maxWait: number
  /** See `ReverseAuctionRules`. */
  startsOver?: boolean
  /** Agents of which no bid is taken. */
  barred?: ReadonlySet<Address>
  /** Called after each bid that leads. */
  onChange?: (auction: Pick<HeldAuction, 'price' | 'bidders' | 'leader'>) => void
  signal: AbortSignal
}

/**
 * Auctions without an auctioneer in the middle: each agent holds those of its own intents to buy, and bids in those of
 * others. A bid is a message on an authenticated stream and binds nobody; the winner makes a signed offer.
 */
export class Auctions {
  readonly #components: ChannelsComponents
  readonly #channels: Channels<AuctionMessage>
  readonly #held = new Map<Hex, { intent: Intent; auction: HeldAuction }>()
  readonly #events = new EventEmitter<{ standing: [Standing, Address] }>()

  constructor(components: ChannelsComponents) {
    this.#components = components
    this.#channels = new Channels(components, AUCTIONS, (channel, inbound) => this.#hear(channel, inbound))
  }

  start(): Promise<void> {
    return this.#channels.start()
  }

  stop(): Promise<void> {
    return this.#channels.stop()
  }

  /**
   * Holds the auction of an own intent, `hash` being its digest.
   *
   * @returns the winner, who was told so; undefined when nobody has bid
   * @throws RefusedError `TOO_MANY_AUCTIONS`; as `announce`, or what `signal` was aborted with, of which bidders are told as
   *   of the end
   */
  async hold(
    { intent, hash }: { intent: Intent; hash: Hex },
    init: AuctionInit,
  ): Promise<Winner | undefined> {
    const { announce, maxWait, startsOver = false, barred = new Set(), onChange, signal } = init
    if (this.#held.size >= MAX_AUCTIONS) throw tooMany()
    const rules = { opening: intent.price, maxWait, startsOver }
    const auction: HeldAuction = new HeldAuction(hash, rules, barred, () => onChange?.(auction))
    this.#held.set(hash, { intent, auction })
    try {
      await announce()
      await runPhases(auction, init, signal)
    } catch (error) {
      auction.cancel()
      throw error
    } finally {
      this.#held.delete(hash)
    }
    return auction.leader
  }

  /**
   * Bids for another's intent.
   *
   * @returns how this agent stands with it; later changes are told to `onStanding`
   * @throws RefusedError as `Channels.toNew`, or when the network's rules keep one of both from it; TimeoutError
   *   `ANSWER_LATE`; what `signal` was aborted with
   */
  async bid(intent: ReceivedIntent, bid: ReverseBid, signal: AbortSignal): Promise<Standing> {
    const { hash, peerId, value } = intent
    await this.#components.rules.admit(value.agent, domainOf(value.capability))
    const channel = await this.#channels.toNew(peerId, value.endpoints)
    const { message } = await channel.request(
      { type: 'bid', intent: hash, ...bid },
      { timeout: BID_TIMEOUT, signal },
    )
    if (message.type === 'standing' && message.intent === hash) return message
    this.#channels.penalize(peerId, 'refused')
    throw new RefusedError('BID_UNANSWERED', 'A bid was answered by something else.', {
      field: 'standing.intent',
      expected: hash,
      received: message.intent,
      remedy: 'Bid for another intent: the software of this agent is at fault.',
    })
  }

  /**
   * Calls `fn` when the maker of an intent tells how this agent stands with its bid.
   *
   * @returns a function that ends it
   */
  onStanding(fn: (standing: Standing, from: Address) => void): () => void {
    this.#events.on('standing', fn)
    return () => this.#events.off('standing', fn)
  }

  async #hear(channel: Channel, { id, message }: Inbound): Promise<void> {
    if (message.type === 'bid') await this.#take(channel, id, message)
    else this.#events.emit('standing', message, addressOfPeer(channel.peer))
  }

  async #take(channel: Channel, id: bigint, message: MessageOf<'bid'>): Promise<void> {
    const { rules, report } = this.#components
    const { intent, price } = message
    const held = () => this.#held.get(intent)
    const closed = { type: 'standing', intent, revision: 0n, place: 'closed', price, step: 0n } as const
    try {
      const { capability } = held()?.intent ?? {}
      if (capability !== undefined) {
        this.#channels.checkNew(channel)
        await rules.admit(addressOfPeer(channel.peer), domainOf(capability))
      }
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error
      report(error)
      channel.send(closed, id)
      return
    }
    const auction = held()?.auction
    if (auction === undefined) channel.send(closed, id)
    else auction.take(channel, { id, message })
  }
}

function tooMany(): RefusedError {
  return new RefusedError('TOO_MANY_AUCTIONS', 'Too many own intents are auctioned at a time.', {
    field: 'intent',
    expected: `at most ${MAX_AUCTIONS}`,
    remedy: 'Wait until some have ended.',
  })
}
