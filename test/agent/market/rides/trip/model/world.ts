import {
  faultOf,
  metresOwed,
  noShowMetres,
  type Progress,
  placeOf,
  progressOf,
  SILENT,
  type TripRole,
  type TripTerms,
  type TripView,
} from '../../../../../../agent/market/rides/trip/index.ts'
import { dutyOf, stageOf, type TripOnChain } from '../../../../../../agent/market/rides/trip/stage.ts'
import type { TripReport } from '../../../../../../protocol/trip.ts'
import { agreement, conditions, DROP_OFF, PICK_UP } from '../support/trips.ts'

/**
 * A rider and a driver, what each has said and heard of the other, and the chain; as one value that is never changed.
 * What a side has said and heard is on disk before it counts, so a crash changes nothing of it. Messages repeat all that
 * was not heard, so one that is lost or comes late is one that is not heard yet, and a copy changes nothing.
 */
export interface World {
  /** Index into `TIMES`. */
  readonly time: number
  /** Whether the rider has told where the ride begins and ends, and whether the driver has heard it. */
  readonly plan: 'untold' | 'told' | 'heard'
  readonly said: Readonly<Record<TripRole, readonly Said[]>>
  /** How many reports of the driver the rider has heard, and the other way round. */
  readonly heard: Readonly<Record<TripRole, number>>
  readonly chain: { status: TripOnChain; reported: bigint; paid: bigint }
  /** Metres that the rider has released; undefined when it has not. */
  readonly released: bigint | undefined
  /** Transactions that wait for a block, in any order. */
  readonly pool: readonly Transaction[]
}

export type Said = Pick<TripReport, 'claim' | 'at' | 'metres' | 'place'>
export type Transaction = 'cancel of rider' | 'cancel of driver' | 'report' | 'settle'
/** What can come at a time only at which none of the others can: it is mined as it is sent. */
export type Ending = 'refund' | 'claim' | 'dispute'

export const ROLES = ['rider', 'driver'] as const
const { start, end, window } = conditions
export const DEADLINE = agreement.deadline
/** Moments at which something different can happen: before the pick-up time, after a wait, when it is over, too late. */
export const TIMES = [start - 1n, start + 300n, end, DEADLINE + 1n, DEADLINE + window + 1n]
export const FEE = noShowMetres(agreement)
const plan = { pickUp: PICK_UP, dropOff: DROP_OFF }
export const TERMS: TripTerms = { plan, metres: agreement.quantity, start }

/** What a side holds reports against. */
export function termsOf(world: World, role: TripRole): TripTerms {
  return hasPlan(world, role) ? TERMS : { ...TERMS, plan: undefined }
}

/** What is explored: the machine as it is, or one that was broken on purpose. */
export interface Rules {
  stageOf: typeof stageOf
  dutyOf: typeof dutyOf
  faultOf: typeof faultOf
  metresOwed: typeof metresOwed
}
export const RULES: Rules = { stageOf, dutyOf, faultOf, metresOwed }

export const BEGINNING: World = {
  time: 0,
  plan: 'heard',
  said: { rider: [], driver: [] },
  heard: { rider: 0, driver: 0 },
  chain: { status: 'open', reported: 0n, paid: 0n },
  released: undefined,
  pool: [],
}

export const otherThan = (role: TripRole): TripRole => (role === 'rider' ? 'driver' : 'rider')
export const nowOf = ({ time }: World): bigint => TIMES[time] ?? 0n

export function progress(reports: readonly Said[]): Progress {
  return reports.reduce(progressOf, SILENT)
}

/** What a side knows. */
export function viewOf(world: World, role: TripRole): TripView {
  const { said, heard, chain } = world
  const other = otherThan(role)
  const known = { [role]: progress(said[role]), [other]: progress(said[other].slice(0, heard[role])) }
  return { hasPlan: hasPlan(world, role), ...(known as Record<TripRole, Progress>), chain: chain.status }
}

function hasPlan({ plan }: World, role: TripRole): boolean {
  return plan === 'heard' || (plan === 'told' && role === 'rider')
}

export function isEnded({ chain: { status } }: World): boolean {
  return status !== 'open' && status !== 'reported'
}

/** Where whoever makes a claim is. */
export function placeFor(claim: Said['claim']) {
  if (claim === 'droppedOff') return DROP_OFF
  return claim === 'onTheWay' ? placeOf([4.41, 52.06]) : PICK_UP
}
