import type { Demand, FleetTrip } from '../agent/index.ts'

/** A ride that took place and was paid for; times by the clock of the replay. */
export interface PaidTrip extends FleetTrip {
  /** Minor units. */
  fare: bigint
}

/** What happened in a replay, as its agents saw it. */
export class Chronicle {
  readonly trips: PaidTrip[] = []
  /** Bookings that came to nothing, by the code of the reason. */
  readonly lost = new Map<string, number[]>()
  /** Who looks for somebody now. */
  readonly looking: Demand = { riders: 0, drivers: 0 }

  lose(booking: number, reason: string): void {
    this.lost.set(reason, [...(this.lost.get(reason) ?? []), booking])
  }
}
