import {
  type AgreedRide,
  type Booking,
  fareOf,
  hasEnded,
  MeshError,
  MeshNetwork,
  type NetworkDescriptor,
  type RideMarketInit,
  usualTariff,
} from '../agent/index.ts'
import type { Bank } from './bank.ts'
import type { Party } from './money-checks.ts'
import { REACH, type World } from './world.ts'

/** How often it tries to join the mesh, which may be too busy for it. */
const JOIN_ATTEMPTS = 3

export interface RiderAgentInit {
  booking: number
  /** Most that it pays, in minor units: what it is given. */
  limit: bigint
  network: NetworkDescriptor
  world: World
  rides: RideMarketInit
  /** Seconds of the replay that the rider waits for the pick-up at most. */
  patience: number
  /** How often it asks the chain what governance decided, in milliseconds. */
  governanceInterval: number
  giveDollars: Bank
  onError: (error: unknown) => void
}

/** A rider's agent, with a key of its own for one ride, that pays from what this key was given. */
export class RiderAgent {
  readonly network: MeshNetwork
  readonly #init: RiderAgentInit
  #given = 0n
  #hasJoined = false

  constructor(init: RiderAgentInit) {
    const { network, limit, governanceInterval, onError } = init
    this.#init = init
    this.network = new MeshNetwork({
      network,
      directory: false,
      domains: ['ride'],
      paymentMethod: 'authorization',
      policy: { maxPayment: limit, maxCommitted: limit },
      governanceInterval,
      onError,
    })
  }

  /**
   * Joins the mesh, with money for the ride.
   *
   * @throws as `MeshNetwork.connect`, when that has failed a few times; what `signal` was aborted with
   */
  async join(signal: AbortSignal): Promise<void> {
    const { limit, giveDollars, onError } = this.#init
    const { address } = await this.network.load()
    await giveDollars(address, limit)
    this.#given = limit
    for (let attempt = 1; !this.#hasJoined; attempt++) {
      try {
        await this.network.connect({ signal })
        this.#hasJoined = true
      } catch (error) {
        if (attempt === JOIN_ATTEMPTS || signal.aborted) throw error
        onError(error)
      }
    }
  }

  /** What it says of its money. Call it before it leaves, and when it has a key. */
  party(): Party {
    const { booking } = this.#init
    const deals = this.#hasJoined ? this.network.deals() : []
    return {
      name: `rider-${booking + 1}`,
      address: this.network.address,
      agentId: 0n,
      given: this.#given,
      deals,
    }
  }

  /**
   * Asks for the ride and pays for it.
   *
   * @throws MeshError when no driver was found or the ride was not paid for, and what `signal` was aborted with
   */
  async ride(signal: AbortSignal): Promise<void> {
    const { booking, world } = this.#init
    const { from, to, duration } = world.bookings[booking] as Booking
    const agreed = await this.#match(signal)
    world.book(agreed.id, booking)
    await agreed.until('arrived', { signal })
    await agreed.pickedUp(from)
    await agreed.until('pickedUp', { signal })
    await world.clock.until(world.clock.now() + duration, signal)
    await agreed.droppedOff(to, agreed.deal.agreement.quantity)
    await this.network.untilDeal(agreed.id, hasEnded, { signal })
  }

  async #match(signal: AbortSignal): Promise<AgreedRide> {
    const { chronicle } = this.#init.world
    chronicle.looking.riders += 1
    try {
      for (;;) {
        const agreed = await this.#request(signal)
        if (agreed !== undefined) return agreed
      }
    } finally {
      chronicle.looking.riders -= 1
    }
  }

  /**
   * Requests the ride for what is left of the rider's patience. Agents reckon by the machine's clock, on which less may be left:
   * that of the replay stands still at times.
   *
   * @returns undefined when nobody was found and there is patience left
   */
  async #request(signal: AbortSignal): Promise<AgreedRide | undefined> {
    const { booking, limit, world, rides, patience } = this.#init
    const { at, from, to } = world.bookings[booking] as Booking
    const left = () => at + patience - world.clock.now()
    const wait = Math.max(1, world.clock.real(left()))
    const earliest = BigInt(Math.floor(Date.now() / 1000))
    const wish = { pickup: from, dropoff: to, limit, wait, earliest, reach: REACH }
    try {
      return await this.network.rides(rides).request(wish, { signal }).matched
    } catch (error) {
      const isOver = !(error instanceof MeshError) || error.code !== 'NO_DRIVER' || left() < patience / 10
      if (isOver) throw error
      return undefined
    }
  }
}

/** Most that a rider pays: the fare when drivers are as scarce as can be. */
export function limitOf(world: World, { from, to, duration }: Booking): bigint {
  const { metres } = world.drive(from, to)
  return fareOf({ metres: Math.round(metres), seconds: duration }, usualTariff, { riders: 1, drivers: 0 })
}
