import {
  type AgreedRide,
  type Booking,
  type Demand,
  type Driving,
  type FleetTrip,
  hasEnded,
  type LonLat,
  MeshNetwork,
  type NetworkDescriptor,
  type RideMarketInit,
  rideCapability,
  type TripEnds,
} from '../agent/index.ts'
import type { GasStation } from '../community/gas-money.ts'
import type { Party } from './money-checks.ts'
import { REACH, type World } from './world.ts'

/** Test dollars that a driver is given, and stakes on its word, in minor units. */
const STAKE = 1_000_000_000n
const SEATS = 4

export interface DriverAgentInit {
  index: number
  position: LonLat
  network: NetworkDescriptor
  /** Whether others begin from it: it serves the DHT for them. */
  isBootstrap: boolean
  world: World
  rides: RideMarketInit
  /** What a kilometre costs it, in minor units. */
  costPerKilometre: bigint
  /** How often it asks the chain what governance decided, in milliseconds. */
  governanceInterval: number
  giveGasMoney: GasStation
  onError: (error: unknown) => void
}

/** A driver's agent: it bids for riders, fetches the one that it won, takes it where it wants to go, and bids on from there. */
export class DriverAgent {
  readonly name: string
  readonly network: MeshNetwork
  readonly #init: DriverAgentInit
  readonly #stopping = new AbortController()
  readonly #payments = new Set<Promise<unknown>>()
  #position: LonLat
  #driving: Driving | undefined
  #signal: AbortSignal = this.#stopping.signal

  constructor(init: DriverAgentInit) {
    const { index, position, network, isBootstrap, governanceInterval, onError } = init
    this.#init = init
    this.name = `driver-${index + 1}`
    this.#position = position
    this.network = new MeshNetwork({
      network,
      directory: false,
      capabilities: [rideCapability({ seats: SEATS })],
      dhtServer: isBootstrap,
      policy: { maxPayment: STAKE, maxCommitted: STAKE },
      governanceInterval,
      onError,
    })
  }

  /** Joins the mesh, and puts up the stake that answers for its word. */
  async start(signal: AbortSignal): Promise<void> {
    const { giveGasMoney } = this.#init
    const { address } = await this.network.load()
    await giveGasMoney([address])
    await this.network.connect({ signal })
    await this.network.account.ensureTestDollars(STAKE)
    await this.network.enroll({ agentURI: `data:,${this.name}`, stake: STAKE, balance: 0n })
  }

  /** Begins to bid for riders, until `stop` is called or the signal aborted. */
  drive(signal: AbortSignal): void {
    const { rides, costPerKilometre, world } = this.#init
    const driver = { position: this.#position, costPerKilometre, seats: SEATS, reach: REACH }
    this.#signal = AbortSignal.any([signal, this.#stopping.signal])
    world.chronicle.looking.drivers += 1
    this.#driving = this.network.rides(rides).drive(driver, (agreed) => this.#serve(agreed), { signal })
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

  /** Bids for nobody any more, and leaves the mesh. */
  async stop(): Promise<void> {
    this.#driving?.end()
    this.#stopping.abort()
    await this.network.disconnect()
  }

  async #serve(agreed: AgreedRide): Promise<void> {
    const { looking } = this.#init.world.chronicle
    const demand = { ...looking }
    looking.drivers -= 1
    try {
      const trip = await this.#fetch(agreed, demand)
      // It need not wait for its pay to look for the next one.
      const payment = this.#collect(agreed, trip).catch(this.#init.onError)
      this.#payments.add(payment)
      void payment.finally(() => this.#payments.delete(payment))
    } finally {
      looking.drivers += 1
    }
  }

  async #fetch(agreed: AgreedRide, demand: Demand): Promise<FleetTrip> {
    const { index, world } = this.#init
    const { clock } = world
    const signal = this.#signal
    const assignedAt = clock.now()
    await agreed.until('assigned', { signal })
    const { pickUp, dropOff } = agreed.plan as TripEnds
    const toPickUp = world.drive(this.#position, pickUp)
    await clock.until(assignedAt + toPickUp.seconds, signal)
    await agreed.arrived(pickUp)
    await agreed.pickedUp(pickUp)
    await agreed.until('pickedUp', { signal })
    const pickedUpAt = clock.now()
    const booking = await world.bookingOf(agreed.id)
    await clock.until(pickedUpAt + (world.bookings[booking] as Booking).duration, signal)
    const droppedOffAt = clock.now()
    await agreed.droppedOff(dropOff, agreed.deal.agreement.quantity)
    this.#position = dropOff
    this.#driving?.moveTo(dropOff)
    const { metres } = world.drive(pickUp, dropOff)
    const ways = { cruisedMetres: 0, pickUpMetres: toPickUp.metres, metres }
    return { booking, vehicle: index, assignedAt, pickedUpAt, droppedOffAt, ...ways, demand }
  }

  async #collect({ id }: AgreedRide, trip: FleetTrip): Promise<void> {
    const { outcome } = await this.network.untilDeal(id, hasEnded, { signal: this.#signal })
    this.#init.world.chronicle.trips.push({ ...trip, fare: outcome?.paid ?? 0n })
  }
}
