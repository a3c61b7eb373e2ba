import type { TripPlan, TripReport } from '../../protocol/trip.ts'
import type { Hex, Signed } from '../../protocol/types.ts'
import type { TripRole } from '../market/rides/trip/index.ts'
import type { Journal } from './journal.ts'
import { Journaled } from './journaled.ts'

/** What is written before it counts: what this agent has said about a trip, and what it has heard. */
type Entry =
  | { kind: 'plan'; trip: Hex; plan: Signed<TripPlan> }
  | { kind: 'report'; trip: Hex; by: TripRole; report: Signed<TripReport> }

/** Most trips of which it is kept what was said; the oldest are forgotten first. */
const MOST_TRIPS = 1_000

/** What was said about a trip; it grows. */
export interface TripRecord {
  plan: Signed<TripPlan> | undefined
  driver: Signed<TripReport>[]
  rider: Signed<TripReport>[]
}

/** What was said about this agent's trips, by both sides: the evidence of them, on disk before anybody acts upon it. */
export class TripRecords extends Journaled<Entry> {
  readonly #trips = new Map<Hex, TripRecord>()

  /** @param entries what the journal held when it was opened */
  constructor(journal: Journal, entries: readonly unknown[] = []) {
    super(journal)
    for (const entry of entries) this.apply(entry as Entry)
  }

  /** What was said about a trip, undefined when nothing was. */
  of(trip: Hex): TripRecord | undefined {
    return this.#trips.get(trip)
  }

  /** Remembers where a ride begins and ends. Returns when it is safe to tell, or to rely on. */
  addPlan(plan: Signed<TripPlan>): Promise<void> {
    return this.record({ kind: 'plan', trip: plan.value.agreement, plan })
  }

  /** Remembers a report. Returns when it is safe to tell, or to say that it was heard. */
  addReport(by: TripRole, report: Signed<TripReport>): Promise<void> {
    return this.record({ kind: 'report', trip: report.value.agreement, by, report })
  }

  protected apply(entry: Entry): void {
    const record = this.#trips.get(entry.trip) ?? { plan: undefined, driver: [], rider: [] }
    this.#trips.set(entry.trip, record)
    if (entry.kind === 'plan') record.plan = entry.plan
    else record[entry.by].push(entry.report)
    const [oldest] = this.#trips.keys()
    if (this.#trips.size > MOST_TRIPS && oldest !== undefined) this.#trips.delete(oldest)
  }
}

/** What is still needed of a journal of trips: all that was said about the newest. */
export function latestTrips(entries: readonly unknown[]): unknown[] {
  const trips = [...new Set((entries as readonly Entry[]).map(({ trip }) => trip))]
  const kept = new Set(trips.slice(-MOST_TRIPS))
  return (entries as readonly Entry[]).filter(({ trip }) => kept.has(trip))
}
