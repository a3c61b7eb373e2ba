import {
  type Domain,
  hashTripLog,
  hashTripPlan,
  hashTripReport,
  ZERO_HASH,
} from '../../../../protocol/eip712.ts'
import { RefusedError } from '../../../../protocol/errors.ts'
import { verifyDigest } from '../../../../protocol/signature.ts'
import type { TripLog, TripPlan, TripReport } from '../../../../protocol/trip.ts'
import type { Address, Agreement, Conditions, Hex, Signed } from '../../../../protocol/types.ts'
import { faultOf, type Progress, progressOf, SILENT, type TripTerms } from './progress.ts'

/** The agreement that a trip is about: a `Deal` has it. */
interface TripDeal {
  id: Hex
  agreement: Agreement
  conditions: Conditions
}

/** What a log proves. */
export interface VerifiedTrip {
  plan: TripPlan | undefined
  driver: Progress
  rider: Progress
  /** Hash of the log: the `evidence` of a delivery that was made by it. */
  evidence: Hex
}

/**
 * Verifies what two sides of a trip have said: every signature, that nothing was left out in between, and that each could
 * say what it did, one thing after the other. Whether what they say is so, it cannot tell.
 *
 * @param domain the network's off-chain one, `meshDomain(deployment)`
 * @throws RefusedError `TRIP_LOG_INVALID`; SignatureError
 * @example verifyTrip(meshDomain(deployment), deal, trip.log).driver.reached // 'droppedOff'
 */
export function verifyTrip(domain: Domain, deal: TripDeal, log: TripLog): VerifiedTrip {
  const { plan } = log
  if (plan !== undefined) checkPlan(domain, deal, plan)
  const terms = termsOf(deal, plan?.value)
  const { buyer, seller } = deal.agreement
  const follow = (name: 'driver' | 'rider', agent: Address) => {
    let progress = SILENT
    let previous: Signed<TripReport> | undefined
    for (const report of log[name]) {
      checkReport(domain, deal, { report, previous, agent })
      const fault = faultOf(name, progress, report.value, terms)
      if (fault !== undefined) throw invalid(`${name}[${report.value.number}]`, 'what can follow', fault)
      progress = progressOf(progress, report.value)
      previous = report
    }
    return progress
  }
  const [driver, rider] = [follow('driver', seller), follow('rider', buyer)]
  return { plan: plan?.value, driver, rider, evidence: hashTripLog(domain, log) }
}

/** What reports of a trip are held against. */
export function termsOf({ agreement, conditions }: TripDeal, plan: TripPlan | undefined): TripTerms {
  return { plan, metres: agreement.quantity, start: conditions.start }
}

/**
 * Checks that a plan is the rider's for this ride.
 *
 * @throws RefusedError `TRIP_LOG_INVALID`; SignatureError
 */
export function checkPlan(
  domain: Domain,
  { id, agreement }: TripDeal,
  { value, signature }: Signed<TripPlan>,
): void {
  if (value.agreement !== id) throw invalid('plan.agreement', id, value.agreement)
  verifyDigest(hashTripPlan(domain, value), signature, agreement.buyer)
}

/**
 * Checks that a report is the next one of a side.
 *
 * @throws RefusedError `TRIP_LOG_INVALID`; SignatureError
 */
export function checkReport(
  domain: Domain,
  { id }: TripDeal,
  {
    report,
    previous,
    agent,
  }: { report: Signed<TripReport>; previous: Signed<TripReport> | undefined; agent: Address },
): void {
  const { value, signature } = report
  const expected = {
    agreement: id,
    agent,
    number: (previous?.value.number ?? 0n) + 1n,
    previous: previous === undefined ? ZERO_HASH : hashTripReport(domain, previous.value),
  }
  for (const member of ['agreement', 'agent', 'number', 'previous'] as const) {
    if (value[member] !== expected[member]) throw invalid(`report.${member}`, expected[member], value[member])
  }
  verifyDigest(hashTripReport(domain, value), signature, agent)
}

function invalid(field: string, expected: unknown, received: unknown): RefusedError {
  return new RefusedError('TRIP_LOG_INVALID', 'What was said about a trip does not hold together.', {
    field,
    expected,
    received,
    remedy: 'Do not rely on it: ask the other side for its log, or go by your own.',
  })
}
