import type { Address, Hex } from '../../protocol/types.ts'
import type { Place } from '../../protocol/wire/auctions.ts'
import { firstStep } from '../market/reverse-auction.ts'
import type { LonLat } from '../market/rides/index.ts'
import type { Standing } from '../protocols/auctions/index.ts'
import type { ReceivedIntent } from '../protocols/intent-discovery/index.ts'
import type { DriverInit } from './inputs.ts'
import { centreOf, type PublicRide, rideOf } from './ride-intent.ts'
import type { Way } from './way.ts'

/** Most riders that a driver's agent considers at a time; the oldest make room. */
const MAX_RIDES = 256

/** A rider's intent as a driver's agent knows it; money in minor units. */
export interface KnownRide {
  readonly intent: ReceivedIntent
  readonly ride: PublicRide
  /** What the ride, and the way to it, costs this driver. */
  cost: number
  /** Seconds that the driver takes to the pick-up. */
  reachedIn: number
  /** As the rider told last. */
  fare: number
  step: number
  place: Place
  revision: bigint
  /** Unix seconds at which its auction has ended, at the latest. */
  readonly ends: number
  /** Whether the last bid was not answered. */
  isSilent: boolean
}

/** The riders for whom a driver may bid, at what each would cost it. */
export class KnownRides {
  readonly #rides = new Map<Hex, KnownRide>()
  readonly #driver: Omit<DriverInit, 'position'>
  readonly #way: Way
  #position: LonLat

  constructor({ position, ...driver }: DriverInit, way: Way) {
    this.#driver = driver
    this.#position = position
    this.#way = way
  }

  /**
   * Takes in what a rider asks for, in place of what it asked for before.
   *
   * @param ends Unix seconds at which its auction has ended, at the latest; a rider may let its intent live for a day
   * @param held the ride that this driver bids for: it makes room for no other, or its bid could win unheard
   * @returns whether it concerns this driver
   */
  add(intent: ReceivedIntent, ends: number, held?: KnownRide): boolean {
    const ride = this.#rideOf(intent)
    const { seats = 4, maxDistance = Number.POSITIVE_INFINITY } = this.#driver
    if (ride === undefined || ride.seats > seats || ride.way.metres > maxDistance * 1000) return false
    const { agent, price, nonce, expiry } = intent.value
    const earlier = [...this.#rides.values()].filter(({ intent: { value } }) => value.agent === agent)
    if (earlier.some(({ intent: { value } }) => value.nonce >= nonce)) return false
    for (const known of earlier) if (known !== held) this.#rides.delete(known.intent.hash)
    const oldest = [...this.#rides.values()].find((known) => known !== held)
    if (this.#rides.size >= MAX_RIDES && oldest !== undefined) this.#rides.delete(oldest.intent.hash)
    const told = {
      fare: Number(price),
      step: Number(firstStep(price)),
      place: 'open',
      revision: 0n,
      ends: Math.min(ends, Number(expiry)),
      isSilent: false,
    } as const
    this.#rides.set(intent.hash, { intent, ride, ...told, ...this.#effort(ride) })
    return true
  }

  /** Takes in how an auction stands. @returns the ride; undefined when it is not known, or this is old */
  update({ intent, revision, place, price, step }: Standing, from: Address): KnownRide | undefined {
    const known = this.#rides.get(intent)
    if (known === undefined || known.intent.value.agent !== from) return undefined
    // An auction that its maker knows nothing of has no revisions.
    if (revision < known.revision && place !== 'closed') return undefined
    Object.assign(known, { fare: Number(price), step: Number(step), place, revision, isSilent: false })
    if (place === 'closed') this.#rides.delete(intent)
    return known
  }

  delete(intent: Hex): void {
    this.#rides.delete(intent)
  }

  /** Those that can be bid for, and reached in time. @param now Unix seconds */
  open(now: number): KnownRide[] {
    for (const [hash, { ends }] of this.#rides) if (ends < now) this.#rides.delete(hash)
    const { maxLead = Number.POSITIVE_INFINITY } = this.#driver
    return [...this.#rides.values()].filter(
      ({ ride: { earliest, wait }, reachedIn }) =>
        now + reachedIn <= Number(earliest) + wait && Number(earliest) <= now + maxLead,
    )
  }

  /** All costs anew, from another place. */
  moveTo(position: LonLat): void {
    this.#position = position
    for (const known of this.#rides.values()) Object.assign(known, this.#effort(known.ride))
  }

  /** As its rider says, and no shorter than it is by this driver's own way: a rider could name less than it is. */
  #rideOf(intent: ReceivedIntent): PublicRide | undefined {
    const ride = rideOf(intent)
    if (ride === undefined) return undefined
    const own = this.#way(centreOf(ride.pickup), centreOf(ride.dropoff))
    const metres = Math.max(own.metres, ride.way.metres)
    return { ...ride, way: { metres, seconds: Math.max(own.seconds, ride.way.seconds) } }
  }

  #effort({ pickup, way }: PublicRide): Pick<KnownRide, 'cost' | 'reachedIn'> {
    const { costPerKilometre, costPerMinute = 0n } = this.#driver
    const approach = this.#way(this.#position, centreOf(pickup))
    const byMetres = Number(costPerKilometre) * (approach.metres + way.metres) * 60
    const bySeconds = Number(costPerMinute) * (approach.seconds + way.seconds) * 1000
    return { cost: Math.ceil((byMetres + bySeconds) / 60_000), reachedIn: approach.seconds }
  }
}
