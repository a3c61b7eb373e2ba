import { expect } from 'chai'
import { placeOf, verifyTrip, WAITING_TIME } from '../../../../../agent/market/rides/trip/index.ts'
import type { Identity } from '../../../../../agent/network/identity.ts'
import { meshDomain } from '../../../../../protocol/deployment.ts'
import { hashTripLog, hashTripPlan, hashTripReport, ZERO_HASH } from '../../../../../protocol/eip712.ts'
import type { TripLog, TripPlan, TripReport } from '../../../../../protocol/trip.ts'
import type { Signed } from '../../../../../protocol/types.ts'
import { deployment } from '../../../../e2e/support/deployment.ts'
import { failure } from '../../../../protocol/support/failure.ts'
import { agreement, conditions, DROP_OFF, driver, PICK_UP, rider } from './support/trips.ts'

const domain = meshDomain(deployment)
const id = `0x${'0c'.repeat(32)}` as const
const deal = { id, agreement, conditions }
const { start } = conditions

type Statement = Pick<TripReport, 'claim' | 'at'> & Partial<TripReport>

/** Signs statements as one chain. */
function chain(by: Identity, statements: readonly Statement[]): Signed<TripReport>[] {
  const reports: Signed<TripReport>[] = []
  for (const statement of statements) {
    const before = reports.at(-1)
    const value: TripReport = {
      agreement: id,
      agent: by.address,
      number: BigInt(reports.length) + 1n,
      previous: before === undefined ? ZERO_HASH : hashTripReport(domain, before.value),
      metres: 0n,
      place: PICK_UP,
      ...statement,
    }
    reports.push({ value, signature: by.sign(hashTripReport(domain, value)) })
  }
  return reports
}

function planOf(by: Identity, change: Partial<TripPlan> = {}): Signed<TripPlan> {
  const value = { agreement: id, pickUp: PICK_UP, dropOff: DROP_OFF, ...change }
  return { value, signature: by.sign(hashTripPlan(domain, value)) }
}

const DRIVEN: Statement[] = [
  { claim: 'onTheWay', at: start - 300n, place: placeOf([4.41, 52.06]) },
  { claim: 'onTheWay', at: start - 100n, place: placeOf([4.4, 52.05]) },
  { claim: 'arrived', at: start },
  { claim: 'pickedUp', at: start + 60n },
  { claim: 'droppedOff', at: start + 400n, place: DROP_OFF, metres: 2_000n },
]
const log: TripLog = {
  plan: planOf(rider),
  driver: chain(driver, DRIVEN),
  rider: chain(rider, DRIVEN.slice(3)),
}

describe('verifyTrip', () => {
  it('says what a log proves, and its hash', () => {
    const verified = verifyTrip(domain, deal, log)
    expect(verified.driver).to.include({ reached: 'droppedOff', metres: 2_000n })
    expect(verified.rider).to.include({ reached: 'droppedOff', metres: 2_000n })
    expect(verified.evidence).to.equal(hashTripLog(domain, log))
  })

  const code = (changed: Partial<TripLog>) =>
    failure(() => verifyTrip(domain, deal, { ...log, ...changed }))?.code

  it('sees what was left out, changed, put in, or said by another', () => {
    const [, second, ...rest] = log.driver
    expect(code({ driver: log.driver.slice(1) })).to.equal('TRIP_LOG_INVALID')
    expect(code({ driver: [...log.driver.slice(0, 1), ...rest] })).to.equal('TRIP_LOG_INVALID')
    expect(code({ driver: [...log.driver.slice(0, 2), ...(second ? [second] : []), ...rest] })).to.equal(
      'TRIP_LOG_INVALID',
    )
    const changed = log.driver.map(({ value, signature }) => ({
      value: { ...value, at: value.at + 1n },
      signature,
    }))
    expect(code({ driver: changed.slice(0, 1) })).to.equal('SIGNER_WRONG')
    expect(code({ driver: chain(rider, DRIVEN) })).to.equal('TRIP_LOG_INVALID')
    expect(code({ driver: chain(rider, [{ claim: 'arrived', at: start, agent: driver.address }]) })).to.equal(
      'SIGNER_WRONG',
    )
    expect(code({ plan: planOf(driver) })).to.equal('SIGNER_WRONG')
    expect(code({ plan: planOf(rider, { agreement: ZERO_HASH }) })).to.equal('TRIP_LOG_INVALID')
  })

  it('changes its hash with every report, so that none can be added once it was evidence', () => {
    const hashes = log.driver.map((_, length) =>
      hashTripLog(domain, { ...log, driver: log.driver.slice(0, length) }),
    )
    expect(new Set([...hashes, hashTripLog(domain, log)]).size).to.equal(log.driver.length + 1)
  })

  /** What a side says that it cannot say, and why not. */
  const impossible: [string, Statement[]][] = [
    ['NOT_AT_PICK_UP', [{ claim: 'arrived', at: start, place: DROP_OFF }]],
    ['OUT_OF_ORDER', [{ claim: 'droppedOff', at: start, metres: 1n }]],
    [
      'OUT_OF_ORDER',
      [
        { claim: 'pickedUp', at: start },
        { claim: 'onTheWay', at: start },
      ],
    ],
    [
      'METRES_WRONG',
      [
        { claim: 'pickedUp', at: start },
        { claim: 'droppedOff', at: start, metres: 2_001n },
      ],
    ],
    [
      'METRES_WRONG',
      [
        { claim: 'pickedUp', at: start },
        { claim: 'droppedOff', at: start, metres: 0n },
      ],
    ],
    ['METRES_WRONG', [{ claim: 'pickedUp', at: start, metres: 5n }]],
    [
      'TIME_REVERSED',
      [
        { claim: 'arrived', at: start },
        { claim: 'pickedUp', at: start - 1n },
      ],
    ],
    ['PLACE_MISSING', [{ claim: 'pickedUp', at: start, place: undefined }]],
    [
      'NOT_ARRIVED',
      [
        { claim: 'onTheWay', at: start },
        { claim: 'noShow', at: start + WAITING_TIME },
      ],
    ],
    [
      'NOT_WAITED',
      [
        { claim: 'arrived', at: start - 600n },
        { claim: 'noShow', at: start + WAITING_TIME - 1n },
      ],
    ],
    [
      'TRIP_OVER',
      [
        { claim: 'cancelled', at: start },
        { claim: 'arrived', at: start },
      ],
    ],
  ]
  for (const [fault, statements] of impossible) {
    it(`does not believe ${statements.map(({ claim }) => claim).join(', ')}: ${fault}`, () => {
      const error = failure(() => verifyTrip(domain, deal, { ...log, driver: chain(driver, statements) }))
      expect(error).to.include({ code: 'TRIP_LOG_INVALID', received: fault })
    })
  }

  it('lets a driver that nobody told where to go cancel, or say that nobody did when it has waited, and nothing else', () => {
    const verify = (claim: 'cancelled' | 'pickedUp' | 'noShow', at = start) =>
      verifyTrip(domain, deal, { plan: undefined, rider: [], driver: chain(driver, [{ claim, at }]) })
    expect(verify('cancelled').driver.ended).to.equal('cancelled')
    expect(verify('noShow', start + WAITING_TIME).driver.ended).to.equal('noShow')
    expect(failure(() => verify('noShow', start + WAITING_TIME - 1n))?.received).to.equal('NOT_WAITED')
    expect(failure(() => verify('pickedUp'))?.received).to.equal('PLAN_MISSING')
  })

  it('does not believe a rider that was nowhere that its driver did not come', () => {
    const nowhere = chain(rider, [{ claim: 'noShow', at: start + WAITING_TIME }])
    const error = failure(() => verifyTrip(domain, deal, { ...log, rider: nowhere }))
    expect(error).to.include({ code: 'TRIP_LOG_INVALID', received: 'NOT_ARRIVED' })
  })
})
