import type { Place } from '../../protocol/wire/auctions.ts'

/** What a bidder would deliver all of it for, and how soon. */
export interface ReverseBid {
  /** Minor units per lot. */
  price: bigint
  /** Seconds from now until the delivery begins. */
  wait: number
  /** Of the auction as the bidder knows it; 0 when it knows the intent alone. */
  revision: bigint
}

/** Whose bid is the lowest. */
export type Leader<Bidder> = Omit<ReverseBid, 'revision'> & { bidder: Bidder }

export interface ReverseAuctionRules {
  /** Price from which bids go down, minor units per lot. */
  opening: bigint
  /** Most seconds that the delivery may take to begin. */
  maxWait: number
  /** Whether the second phase begins at the opening price, whatever was bid in the first: nobody may have meant that. */
  startsOver?: boolean
}

/** The parts of the opening price by which bids have to be lower: of the first phase, and of the second. */
const COARSE = 16n
const FINE = 160n
/** By how many steps of the first phase the price goes up again when the second begins. */
const BACK = 2n

/** By which the first bid has to be lower than the opening price, at least. */
export function firstStep(opening: bigint): bigint {
  return partOf(opening, COARSE)
}

/**
 * An auction in which the lowest bid wins, in two phases: in the first the price falls by large steps, in the second it
 * begins a little above where it was, with nobody in the lead, and falls by small ones.
 *
 * That is D. P. Bertsekas' epsilon scaling ("The auction algorithm: a distributed relaxation method for the assignment
 * problem", Annals of Operations Research 14 (1988) 105-123) as seen by one lot. Prices of the first phase may be too low
 * by some of its steps, and a lot at such a price would get no bid in the second: so it goes up before. docs/rides.md
 * has the figures by which the constants were chosen.
 *
 * @typeParam Bidder what bidders are told apart by
 */
export class ReverseAuction<Bidder> {
  readonly #rules: ReverseAuctionRules
  readonly #barred: ReadonlySet<Bidder>
  #price: bigint
  #step: bigint
  #revision = 0n
  /** Since when prices are those of this phase. */
  #since = 0n
  #leader: Leader<Bidder> | undefined
  #isClosed = false

  /** @param barred those of whom no bid is taken */
  constructor(rules: ReverseAuctionRules, barred: ReadonlySet<Bidder> = new Set()) {
    this.#rules = rules
    this.#barred = barred
    this.#price = rules.opening
    this.#step = firstStep(rules.opening)
  }

  /** Of the leading bid, of the opening while there is none; minor units per lot. */
  get price(): bigint {
    return this.#price
  }

  /** By which the next bid has to be lower at least, minor units per lot. */
  get step(): bigint {
    return this.#step
  }

  /** How often it has changed. */
  get revision(): bigint {
    return this.#revision
  }

  get leader(): Leader<Bidder> | undefined {
    return this.#leader
  }

  /** How it stands for a bidder. */
  placeOf(bidder: Bidder): Place {
    const leads = this.#leader?.bidder === bidder
    if (this.#isClosed) return leads ? 'won' : 'closed'
    if (this.#barred.has(bidder)) return 'closed'
    return leads ? 'leads' : 'open'
  }

  /**
   * Takes a bid, unless it is too high, too late, or somebody's of whom none is taken; nor, in the second phase, one that was
   * made when its bidder knew of the first alone: prices were lower then.
   *
   * @returns how the bidder stands with it: leads; not, because it is not low enough; or closed, whatever its price
   */
  place(bidder: Bidder, { price, wait, revision }: ReverseBid): Exclude<Place, 'won'> {
    if (this.#isClosed || this.#barred.has(bidder) || wait > this.#rules.maxWait) return 'closed'
    if (revision < this.#since || price > this.#price - this.#step)
      return this.#leader?.bidder === bidder ? 'leads' : 'open'
    this.#leader = { bidder, price, wait }
    this.#price = price
    this.#revision++
    return 'leads'
  }

  /** Begins the second phase. */
  refine(): void {
    const { opening, startsOver } = this.#rules
    const raised = this.#price + BACK * firstStep(opening)
    this.#price = raised < opening && !startsOver ? raised : opening
    this.#step = partOf(opening, FINE)
    this.#leader = undefined
    this.#since = ++this.#revision
  }

  /** Ends it without a winner. */
  cancel(): void {
    this.#leader = undefined
    this.close()
  }

  /** Ends it: who leads has won. */
  close(): void {
    this.#isClosed = true
    this.#revision++
  }
}

/** At least one minor unit, or prices would not fall. */
function partOf(price: bigint, parts: bigint): bigint {
  return price < parts ? 1n : price / parts
}
