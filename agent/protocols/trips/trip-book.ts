import {
  type Domain,
  hashTripLog,
  hashTripPlan,
  hashTripReport,
  ZERO_HASH,
} from '../../../protocol/eip712.ts'
import { RefusedError } from '../../../protocol/errors.ts'
import { CLOCK_SKEW } from '../../../protocol/limits.ts'
import type { TripLog, TripPlan, TripReport } from '../../../protocol/trip.ts'
import { type Hex, paymentOf, type Signed } from '../../../protocol/types.ts'
import {
  checkPlan,
  checkReport,
  faultOf,
  lonLatOf,
  metresBetween,
  metresOwed,
  noShowMetres,
  type Progress,
  progressOf,
  SILENT,
  type Statement,
  type TripOnChain,
  type TripRole,
  type TripTerms,
  type TripView,
  termsOf,
} from '../../market/rides/trip/index.ts'
import type { Identity } from '../../network/identity.ts'
import type { Deal } from '../../policy/deal.ts'
import type { TripRecords } from '../../policy/trip-records.ts'
import { MAX_REPORTS, RESERVED_REPORTS } from './constants.ts'
import { isNear } from './is-near.ts'
import { claimRefused, planRefused } from './refusals.ts'

export interface TripBookComponents {
  identity: Identity
  /** EIP-712 domain of what stays off-chain. */
  domain: Domain
  records: TripRecords
}

/** What was said about one trip, by this side and by the other, as far as it was heard. */
export class TripBook {
  readonly role: TripRole
  readonly #components: TripBookComponents
  readonly #deal: Deal
  readonly #progress: Record<TripRole, Progress> = { driver: SILENT, rider: SILENT }
  /** Digests of the reports, in their order. */
  readonly #digests: Record<TripRole, Hex[]> = { driver: [], rider: [] }
  /** Settled when all is on disk that is in memory. */
  #written: Promise<unknown> = Promise.resolve()

  /** @param deal of which only what does not change is used */
  constructor(components: TripBookComponents, deal: Deal) {
    this.#components = components
    this.#deal = deal
    this.role = deal.role === 'buyer' ? 'rider' : 'driver'
    for (const by of ['driver', 'rider'] as const) for (const report of this.log[by]) this.#count(by, report)
  }

  get other(): TripRole {
    return this.role === 'rider' ? 'driver' : 'rider'
  }

  get log(): TripLog {
    return this.#components.records.of(this.#deal.id) ?? { plan: undefined, driver: [], rider: [] }
  }

  /** Hash of all that was said: the evidence of a delivery that is made now. */
  get evidence(): Hex {
    return hashTripLog(this.#components.domain, this.log)
  }

  /** What this side knows of the trip. */
  view(chain: TripOnChain): TripView {
    return { hasPlan: this.log.plan !== undefined, ...this.#progress, chain }
  }

  /**
   * Does one thing after the other, each when what was said before is on disk: only then is it told, or relied upon.
   *
   * @throws what `action` throws
   */
  inTurn<T>(action: () => T | Promise<T>): Promise<T> {
    const turn = this.#written.then(action)
    this.#written = turn.catch(() => undefined)
    return turn
  }

  /** Signs where the ride begins and ends, as its rider. @throws RefusedError `TRIP_PLAN_REFUSED` */
  async share(places: Pick<TripPlan, 'pickUp' | 'dropOff'>): Promise<void> {
    const { identity, domain, records } = this.#components
    if (this.role !== 'rider') throw planRefused('role', 'the rider', this.role)
    const value = { agreement: this.#deal.id, ...places }
    this.#checkFits(value)
    const known = this.log.plan
    if (known === undefined && this.#progress.driver.ended !== undefined)
      throw planRefused('plan', 'one before the driver has given up', 'one after that')
    if (known !== undefined) {
      if (hashTripPlan(domain, known.value) === hashTripPlan(domain, value)) return
      throw planRefused('plan', 'the one that was told, for good', 'another one')
    }
    await records.addPlan({ value, signature: identity.sign(hashTripPlan(domain, value)) })
  }

  /** Takes in the other side's plan. @throws RefusedError `TRIP_PLAN_REFUSED`; SignatureError */
  async takePlan(plan: Signed<TripPlan>): Promise<void> {
    if (this.role !== 'driver') throw planRefused('role', 'a plan from the rider', 'one from the driver')
    const { domain, records } = this.#components
    const known = this.log.plan
    if (known === undefined) {
      checkPlan(domain, this.#deal, plan)
      this.#checkFits(plan.value)
      await records.addPlan(plan)
    } else if (hashTripPlan(domain, known.value) !== hashTripPlan(domain, plan.value)) {
      throw planRefused('plan', 'the one that was told first', 'another one')
    }
  }

  /** Signs what this side says next. @throws RefusedError `TRIP_CLAIM_REFUSED` */
  async say(statement: Statement): Promise<void> {
    const { identity, domain, records } = this.#components
    this.#check(this.role, statement)
    const isUnarrived = statement.claim === 'noShow' && this.#progress[this.role].reached === undefined
    if (isUnarrived && this.log.plan !== undefined) throw claimRefused('noShow', undefined, 'NOT_ARRIVED')
    const value: TripReport = {
      ...statement,
      agreement: this.#deal.id,
      agent: identity.address,
      number: BigInt(this.log[this.role].length) + 1n,
      previous: this.#digests[this.role].at(-1) ?? ZERO_HASH,
    }
    const report = { value, signature: identity.sign(hashTripReport(domain, value)) }
    this.#count(this.role, report)
    await records.addReport(this.role, report)
  }

  /**
   * Takes in a report of the other side; one that is known, or for which an earlier one is missing, changes nothing.
   *
   * @param now Unix seconds
   * @returns whether the ones after it can be taken in
   * @throws RefusedError `TRIP_CLAIM_REFUSED`, `TRIP_LOG_INVALID` or `TRIP_FORKED`; SignatureError
   */
  async take(report: Signed<TripReport>, now: bigint): Promise<boolean> {
    const { domain, records } = this.#components
    const by = this.other
    const { number, at } = report.value
    const known = this.#digests[by][Number(number) - 1]
    if (known !== undefined) {
      if (known !== hashTripReport(domain, report.value))
        throw forked(report, this.log[by][Number(number) - 1])
      return true
    }
    // Clocks differ: it comes again.
    if (number !== BigInt(this.#digests[by].length) + 1n || at > now + BigInt(CLOCK_SKEW)) return false
    const agent = this.#deal.agreement[by === 'rider' ? 'buyer' : 'seller']
    checkReport(domain, this.#deal, { report, previous: this.log[by].at(-1), agent })
    this.#check(by, report.value)
    this.#count(by, report)
    await records.addReport(by, report)
    return true
  }

  /** Most metres that the rider of this side owes by its own account; what a driver claims beyond that it contests. */
  owed(): bigint {
    const terms = this.#terms()
    return metresOwed(this.view('open'), terms, noShowMetres(this.#deal.agreement))
  }

  /** Whether a hash is that of this log, or was when the driver had not heard the rider's last words. */
  isEvidence(hash: Hex): boolean {
    const { plan, driver, rider } = this.log
    for (let heard = rider.length; heard >= 0; heard--) {
      const log = { plan, driver, rider: rider.slice(0, heard) }
      if (hashTripLog(this.#components.domain, log) === hash) return true
    }
    return false
  }

  #terms(): TripTerms {
    return termsOf(this.#deal, this.log.plan?.value)
  }

  #check(by: TripRole, statement: Statement): void {
    const before = this.#progress[by]
    const length = this.#digests[by].length
    const isPosition = statement.claim === before.reached
    const most = isPosition ? MAX_REPORTS - RESERVED_REPORTS : MAX_REPORTS
    const fault = length >= most ? 'TOO_MANY' : faultOf(by, before, statement, this.#terms())
    if (fault !== undefined) throw claimRefused(statement.claim, before.ended ?? before.reached, fault)
  }

  #count(by: TripRole, { value }: Signed<TripReport>): void {
    this.#progress[by] = progressOf(this.#progress[by], value)
    this.#digests[by].push(hashTripReport(this.#components.domain, value))
  }

  /**
   * Both sides hold a plan against what was agreed: the cell of the pick-up, or a driver would be waited for where it cannot
   * be in time; and the metres, for no way by road is shorter than the crow's.
   */
  #checkFits({ pickUp, dropOff }: Pick<TripPlan, 'pickUp' | 'dropOff'>): void {
    const { quantity } = this.#deal.agreement
    const { area } = this.#deal.terms
    if (!isNear(pickUp, area))
      throw planRefused('plan.pickUp', `in or beside ${area}`, lonLatOf(pickUp).join())
    const least = Math.floor(metresBetween(pickUp, dropOff))
    if (BigInt(least) > quantity)
      throw planRefused('plan.dropOff', `at most ${quantity} m away`, `${least} m`)
  }
}

/** What the chain says of a trip, as the deal has it. */
export function chainOf({ state, outcome, agreement }: Deal): TripOnChain {
  switch (state) {
    case 'settled': {
      const fee = paymentOf({ ...agreement, quantity: noShowMetres(agreement) })
      return fee > 0n && outcome?.paid === fee && fee < paymentOf(agreement) ? 'fee' : 'paid'
    }
    case 'void':
      return 'cancelled'
    case 'reported':
    case 'refunded':
    case 'cancelled':
      return state
    case 'disputed':
    case 'resolved':
      return 'disputed'
    default:
      return 'open'
  }
}

function forked(report: Signed<TripReport>, known: Signed<TripReport> | undefined): RefusedError {
  return new RefusedError('TRIP_FORKED', 'The other side of a trip has signed two reports with one number.', {
    field: 'report.number',
    received: report.value.number,
    remedy: 'Keep both, which `cause` has: they prove it. What came first counts.',
    cause: [known, report],
  })
}
