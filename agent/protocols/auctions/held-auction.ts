import type { PeerId } from '@libp2p/interface'
import type { Address, Hex } from '../../../protocol/types.ts'
import type { Place } from '../../../protocol/wire/auctions.ts'
import { ReverseAuction, type ReverseAuctionRules, type ReverseBid } from '../../market/reverse-auction.ts'
import { addressOfPeer } from '../../network/identity.ts'
import { background, type Timer } from '../../platform/timers.ts'
import { MAX_BIDDERS, TELL_DELAY } from './constants.ts'
import type { Channel, MessageOf } from './protocol.ts'

/** Who has won an auction, and what it has promised. */
export interface Winner extends Omit<ReverseBid, 'revision'> {
  agent: Address
  peer: PeerId
}

/** An auction of an own intent while it is held: takes bids, and tells bidders how they stand. */
export class HeldAuction {
  readonly #intent: Hex
  readonly #auction: ReverseAuction<Address>
  readonly #onChange: () => void
  /** The newest channel to each bidder, and the last change of which it was told. */
  readonly #bidders = new Map<Address, { channel: Channel; told: bigint }>()
  #telling: Timer | undefined
  #movedAt = performance.now()

  /**
   * @param barred agents of which no bid is taken
   * @param onChange called after each bid that leads
   */
  constructor(intent: Hex, rules: ReverseAuctionRules, barred: ReadonlySet<Address>, onChange: () => void) {
    this.#intent = intent
    this.#auction = new ReverseAuction(rules, barred)
    this.#onChange = onChange
  }

  /** Minor units per lot of the leading bid; of the intent while there is none. */
  get price(): bigint {
    return this.#auction.price
  }

  get bidders(): number {
    return this.#bidders.size
  }

  get isLed(): boolean {
    return this.#auction.leader !== undefined
  }

  /** Milliseconds since a bid was taken, or repeated by who leads, or a phase began. */
  get quiet(): number {
    return performance.now() - this.#movedAt
  }

  /** Who leads; who has won, once it is closed. */
  get leader(): Winner | undefined {
    const { leader } = this.#auction
    const peer = leader && this.#bidders.get(leader.bidder)?.channel.peer
    return leader && peer && { agent: leader.bidder, peer, price: leader.price, wait: leader.wait }
  }

  /** Answers a bid, and tells who is outbid. */
  take(channel: Channel, { id, message }: { id: bigint; message: MessageOf<'bid'> }): void {
    const bidder = addressOfPeer(channel.peer)
    const { revision } = this.#auction
    const outbid = this.#auction.leader?.bidder
    const isNew = !this.#bidders.has(bidder)
    const place = isNew && this.#bidders.size >= MAX_BIDDERS ? 'closed' : this.#auction.place(bidder, message)
    if (place !== 'closed') this.#bidders.set(bidder, { channel, told: this.#auction.revision })
    this.#send(channel, place, id)
    if (place === 'leads') this.stir()
    if (this.#auction.revision === revision) return
    if (outbid !== undefined && outbid !== bidder) this.#tell(outbid)
    this.#telling ??= background(setTimeout(() => this.#tellAll(), TELL_DELAY))
    this.#onChange()
  }

  /** Begins the second phase. */
  refine(): void {
    this.#auction.refine()
    this.stir()
    this.#tellAll()
  }

  /** Counts what is quiet from now. */
  stir(): void {
    this.#movedAt = performance.now()
  }

  /** Ends it without a winner, and tells all. */
  cancel(): void {
    this.#auction.cancel()
    this.#tellAll()
  }

  /** Ends it, and tells the winner and all others. */
  close(): void {
    this.#auction.close()
    this.#tellAll()
  }

  #tellAll(): void {
    clearTimeout(this.#telling)
    this.#telling = undefined
    for (const bidder of this.#bidders.keys()) this.#tell(bidder)
  }

  #tell(bidder: Address): void {
    const known = this.#bidders.get(bidder)
    const { revision } = this.#auction
    if (known === undefined || known.told === revision) return
    known.told = revision
    this.#send(known.channel, this.#auction.placeOf(bidder), 0n)
  }

  #send(channel: Channel, place: Place, replyTo: bigint): void {
    const { price, step, revision } = this.#auction
    const standing = { type: 'standing', intent: this.#intent, revision, place, price, step } as const
    try {
      channel.send(standing, replyTo)
    } catch {
      // Who has gone or does not read bids no more, and makes no offer when it has won.
    }
  }
}
