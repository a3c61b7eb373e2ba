import { toHex } from 'viem'
import { placeOf } from '../../../agent/market/rides/trip/index.ts'
import type { Identity } from '../../../agent/network/identity.ts'
import {
  type Domain,
  hashTripLog,
  hashTripPlan,
  hashTripReport,
  ZERO_HASH,
} from '../../../protocol/eip712.ts'
import type { TripLog, TripPlan, TripReport } from '../../../protocol/trip.ts'
import type { Hex } from '../../../protocol/types.ts'
import {
  encodeTripFrame,
  encodeTripPlan,
  encodeTripReport,
  type TripMessage,
} from '../../../protocol/wire/trips.ts'

/** Known answers about a trip of which the driver has arrived. @param domain the off-chain one */
export function tripVectors(
  domain: Domain,
  agreementId: Hex,
  { rider, driver }: Record<'rider' | 'driver', Identity>,
) {
  const plan: TripPlan = {
    agreement: agreementId,
    pickUp: placeOf([4.3902, 52.0462]),
    dropOff: placeOf([-4.4024, 52.0524]),
  }
  const planHash = hashTripPlan(domain, plan)
  const report: TripReport = {
    agreement: agreementId,
    agent: driver.address,
    number: 1n,
    previous: ZERO_HASH,
    claim: 'arrived',
    at: 1_750_000_100n,
    metres: 0n,
    place: plan.pickUp,
  }
  const reportHash = hashTripReport(domain, report)
  const log: TripLog = {
    plan: { value: plan, signature: rider.sign(planHash) },
    driver: [{ value: report, signature: driver.sign(reportHash) }],
    rider: [],
  }
  const frame = (id: bigint, replyTo: bigint, message: TripMessage) =>
    toHex(encodeTripFrame({ id, replyTo, message }))
  return {
    tripPlan: {
      value: plan,
      body: toHex(encodeTripPlan(plan)),
      digest: planHash,
      signature: log.plan?.signature,
    },
    tripReport: {
      value: report,
      body: toHex(encodeTripReport(report)),
      digest: reportHash,
      signature: driver.sign(reportHash),
    },
    tripLog: hashTripLog(domain, log),
    tripFrames: {
      said: frame(1n, 0n, { type: 'said', agreementId, plan: log.plan, reports: log.driver }),
      heard: frame(1n, 1n, { type: 'heard', agreementId, plan: true, reports: 1n }),
      refusal: frame(2n, 2n, { type: 'refusal', agreementId, code: 'OUT_OF_ORDER', detail: '' }),
    },
  }
}
