import {
  type AgreedRide,
  type Booking,
  type Demand,
  type FleetTrip,
  hasEnded,
  type TripEnds,
} from '../agent/index.ts'
import { DriverAgent, type DriverAgentInit, STAKE } from './driver-agent.ts'
import type { Party } from './money-checks.ts'
import type { World } from './world.ts'

export interface ReplayDriverInit extends DriverAgentInit {
  world: World
}

/** A driver of a replay: rides take as long as the data says, and the chronicle has them. */
export class ReplayDriver extends DriverAgent {
  readonly #index: number
  readonly #world: World
  readonly #payments = new Set<Promise<unknown>>()

  constructor(init: ReplayDriverInit) {
    super(init)
    this.#index = init.index
    this.#world = init.world
  }

  override drive(signal: AbortSignal): void {
    this.#world.chronicle.looking.drivers += 1
    super.drive(signal)
  }

  /** Fulfilled when what it has driven is paid for. */
  async paid(): Promise<void> {
    await Promise.all(this.#payments)
  }

  /** What it says of its money. Call it before `stop`. */
  async party(): Promise<Party> {
    const { account, address } = this.network
    const agentId = await account.agentId()
    return { name: this.name, address, agentId, given: STAKE, deals: this.network.deals() }
  }

  protected override async serve(agreed: AgreedRide): Promise<void> {
    const { looking } = this.#world.chronicle
    const demand = { ...looking }
    looking.drivers -= 1
    try {
      const trip = await this.#fetch(agreed, demand)
      // It need not wait for its pay to look for the next one.
      const payment = this.#collect(agreed, trip).catch(this.onError)
      this.#payments.add(payment)
      void payment.finally(() => this.#payments.delete(payment))
    } finally {
      looking.drivers += 1
    }
  }

  async #fetch(agreed: AgreedRide, demand: Demand): Promise<FleetTrip> {
    const { signal } = this
    const world = this.#world
    const { clock } = world
    const assignedAt = clock.now()
    await agreed.until('assigned', { signal })
    const { pickUp, dropOff } = agreed.plan as TripEnds
    const toPickUp = world.drive(this.position, pickUp)
    await clock.until(assignedAt + toPickUp.seconds, signal)
    await agreed.arrived(pickUp)
    await agreed.pickedUp(pickUp)
    await agreed.until('pickedUp', { signal })
    const pickedUpAt = clock.now()
    const booking = await world.bookingOf(agreed.id)
    await clock.until(pickedUpAt + (world.bookings[booking] as Booking).duration, signal)
    const droppedOffAt = clock.now()
    await agreed.droppedOff(dropOff, agreed.deal.agreement.quantity)
    this.moveTo(dropOff)
    const { metres } = world.drive(pickUp, dropOff)
    const ways = { cruisedMetres: 0, pickUpMetres: toPickUp.metres, metres }
    return { booking, vehicle: this.#index, assignedAt, pickedUpAt, droppedOffAt, ...ways, demand }
  }

  async #collect({ id }: AgreedRide, trip: FleetTrip): Promise<void> {
    const { outcome } = await this.network.untilDeal(id, hasEnded, { signal: this.signal })
    this.#world.chronicle.trips.push({ ...trip, fare: outcome?.paid ?? 0n })
  }
}
