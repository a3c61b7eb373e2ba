import { cellToLatLng, getResolution, isValidCell, latLngToCell } from 'h3-js'
import { type CapabilityClaim, capabilityOf } from '../../protocol/capability.ts'
import type { Attribute } from '../../protocol/types.ts'
import type { IntentDraft } from '../intent-draft.ts'
import type { LonLat, Ride } from '../market/rides/index.ts'
import type { ReceivedIntent } from '../protocols/intent-discovery/index.ts'

/** The capability of drivers, and of what riders ask for. */
export const RIDE = 'ride.drive'

/** Coarsest H3 resolution of the cells of a ride: of 5, they are 17 km wide. */
export const COARSEST = 5

/** What a rider's intent tells everybody: cells instead of points, and what a driver needs to know its costs. */
export interface PublicRide {
  /** H3 cells of pick-up and drop-off. */
  pickup: string
  dropoff: string
  seats: number
  /** Unix seconds from which on the rider is ready. */
  earliest: bigint
  /** Most seconds after that until the pick-up. */
  wait: number
  /** Most seconds that the ride may take longer, for others to share it. */
  detour: number
  /** Length and duration of the way from cell to cell. */
  way: Ride
}

/** The cell of a point, as strangers are told it. @param resolution of H3; 10 is 65 m from the centre to a corner */
export function cellOf([lon, lat]: LonLat, resolution: number): string {
  return latLngToCell(lat, lon, resolution)
}

/**
 * The centre of an H3 cell, such as a market's `area`, as [lon, lat] in degrees.
 *
 * @throws H3's own error when it is no cell
 * @example centreOf('871fae6e2ffffff')
 */
export function centreOf(cell: string): LonLat {
  const [lat, lon] = cellToLatLng(cell)
  return [lon, lat]
}

/**
 * The intent that says so: its quantity is the metres of the ride, all of them in one lot, so that its price is the whole
 * fare, and a part of the way a part of it.
 */
export function rideDraft(ride: PublicRide, fare: bigint): IntentDraft {
  const { pickup, dropoff, seats, earliest, wait, detour, way } = ride
  const metres = BigInt(way.metres)
  return {
    side: 'buy',
    capability: RIDE,
    area: pickup,
    quantity: metres,
    lot: metres,
    price: fare,
    start: earliest,
    end: earliest + BigInt(wait + way.seconds + detour),
    attributes: [
      { name: 'dropoff', type: 'area', cells: [dropoff] },
      upTo('seats', seats),
      upTo('wait', wait),
      upTo('detour', detour),
      upTo('seconds', way.seconds),
    ],
  }
}

/** The ride that an intent asks for; undefined when it asks for none, or does not say what is needed. */
export function rideOf({ value }: Pick<ReceivedIntent, 'value'>): PublicRide | undefined {
  const { capability, side, area, quantity, lot, start, price, attributes } = value
  const dropoff = attributes.find((each) => each.type === 'area' && each.name === 'dropoff')
  const cell = dropoff?.type === 'area' ? dropoff.cells[0] : undefined
  const [seats, wait, detour, seconds] = ['seats', 'wait', 'detour', 'seconds'].map((name) =>
    mostOf(attributes, name),
  )
  if (capability !== RIDE || side !== 'buy' || quantity !== lot || !isNamed(area)) return undefined
  if (cell === undefined || !isNamed(cell) || !isCountable(quantity) || !isCountable(price)) return undefined
  if (seats === undefined || wait === undefined || detour === undefined || seconds === undefined) {
    return undefined
  }
  const way = { metres: Number(quantity), seconds }
  return { pickup: area, dropoff: cell, seats, earliest: start, wait, detour, way }
}

/**
 * What a driver's agent gives as one of its `capabilities`.
 *
 * @param seats for riders
 * @example new MeshNetwork({ network, area, capabilities: [rideCapability({ seats: 4 })] })
 */
export function rideCapability({ seats }: { seats: number }): CapabilityClaim {
  return { ...capabilityOf(RIDE), attributes: [upTo('seats', seats)] }
}

function upTo(name: string, most: number): Attribute {
  return { name, type: 'range', min: 0n, max: BigInt(most) }
}

/** @returns undefined when it is not there, or no number that can be counted with */
function mostOf(attributes: readonly Attribute[], name: string): number | undefined {
  const found = attributes.find((each) => each.name === name)
  return found?.type === 'range' && isCountable(found.max) ? Number(found.max) : undefined
}

/** Whether a cell says where it is. */
function isNamed(cell: string): boolean {
  return isValidCell(cell) && getResolution(cell) >= COARSEST
}

function isCountable(value: bigint): boolean {
  return 0n <= value && value <= BigInt(Number.MAX_SAFE_INTEGER)
}
