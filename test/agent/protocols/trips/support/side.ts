import type { Statement, TripRole } from '../../../../../agent/market/rides/trip/index.ts'
import type { Deal } from '../../../../../agent/policy/deal.ts'
import { openJournal } from '../../../../../agent/policy/journal.ts'
import { latestTrips, TripRecords } from '../../../../../agent/policy/trip-records.ts'
import { TripBook } from '../../../../../agent/protocols/trips/trip-book.ts'
import { meshDomain } from '../../../../../protocol/deployment.ts'
import type { TripClaim } from '../../../../../protocol/trip.ts'
import { deployment } from '../../../../e2e/support/deployment.ts'
import {
  agreement,
  conditions,
  DROP_OFF,
  driver,
  PICK_UP,
  rider,
} from '../../../market/rides/trip/support/trips.ts'
import { sampleDeal } from '../../../support/deals.ts'

export const DOMAIN = meshDomain(deployment)
export const ENDS = { pickUp: PICK_UP, dropOff: DROP_OFF }
/** Unix seconds: long after all that is said. */
export const NOW = conditions.end + 10_000n

/** One side of a trip with its journal on disk: it can be started again. */
export class Side {
  readonly role: TripRole
  readonly identity: typeof rider
  readonly deal: Deal
  readonly #file: string
  #records: TripRecords
  book: TripBook

  private constructor(role: TripRole, file: string, records: TripRecords) {
    this.role = role
    this.identity = role === 'rider' ? rider : driver
    const other = role === 'rider' ? driver : rider
    const { terms, ...deal } = sampleDeal({
      id: `0x${'0c'.repeat(32)}`,
      role: role === 'rider' ? 'buyer' : 'seller',
      state: 'opened',
      agreement,
      conditions,
      peer: other.peerId.toString(),
    })
    this.deal = { ...deal, terms: { ...terms, area: '' } }
    this.#file = file
    this.#records = records
    this.book = new TripBook(this.components, this.deal)
  }

  static async open(role: TripRole, file: string): Promise<Side> {
    return new Side(role, file, await recordsOf(file))
  }

  get components() {
    return { identity: this.identity, domain: DOMAIN, records: this.#records }
  }

  /** As after a crash: all that it has is what is on disk. */
  async restart(): Promise<void> {
    await this.close()
    this.#records = await recordsOf(this.#file)
    this.book = new TripBook(this.components, this.deal)
  }

  close(): Promise<void> {
    return this.#records.close()
  }
}

async function recordsOf(file: string): Promise<TripRecords> {
  const { journal, entries } = await openJournal(file, latestTrips)
  return new TripRecords(journal, entries)
}

/** A claim where it can be made, at a time. */
export function statement(claim: TripClaim, at: bigint): Statement {
  const metres = claim === 'droppedOff' ? 1_900n : 0n
  if (claim === 'cancelled' || claim === 'noShow') return { claim, at, metres, place: undefined }
  return { claim, at, metres, place: claim === 'droppedOff' ? DROP_OFF : PICK_UP }
}
