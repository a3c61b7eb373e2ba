import { expect } from 'chai'
import { latLngToCell } from 'h3-js'
import { lonLatOf, placeOf } from '../../../../agent/market/rides/trip/index.ts'
import type { Deal } from '../../../../agent/policy/deal.ts'
import { openJournal } from '../../../../agent/policy/journal.ts'
import { TripRecords } from '../../../../agent/policy/trip-records.ts'
import { TripBook } from '../../../../agent/protocols/trips/trip-book.ts'
import { meshDomain } from '../../../../protocol/deployment.ts'
import { hashTripPlan } from '../../../../protocol/eip712.ts'
import type { TripPlan } from '../../../../protocol/trip.ts'
import type { Signed } from '../../../../protocol/types.ts'
import { deployment } from '../../../e2e/support/deployment.ts'
import {
  agreement,
  conditions,
  DROP_OFF,
  driver,
  PICK_UP,
  rider,
} from '../../market/rides/trip/support/trips.ts'
import { temporaryPaths } from '../../support/temporary.ts'

/** The cell that both have signed. */
const AREA = latLngToCell(lonLatOf(PICK_UP)[1], lonLatOf(PICK_UP)[0], 10)

describe('the pick-up of a trip', () => {
  let records: TripRecords
  const path = temporaryPaths()
  const domain = meshDomain(deployment)
  const id = `0x${'1d'.repeat(32)}` as const
  const deal = {
    id,
    role: 'seller',
    agreement,
    conditions,
    terms: { capability: 'ride.drive', area: AREA, start: conditions.start, end: conditions.end },
  } as Deal

  async function drivers(): Promise<TripBook> {
    const { journal } = await openJournal(path('trips.journal'))
    records = new TripRecords(journal)
    return new TripBook({ identity: driver, domain, records }, deal)
  }

  afterEach(() => records.close())

  function signed(places: Pick<TripPlan, 'pickUp' | 'dropOff'>): Signed<TripPlan> {
    const value = { agreement: id, ...places }
    return { value, signature: rider.sign(hashTripPlan(domain, value)) }
  }

  it('is taken by a driver where both have signed it', async () => {
    const book = await drivers()
    await book.takePlan(signed({ pickUp: PICK_UP, dropOff: DROP_OFF }))
    expect(book.view('open').hasPlan).to.equal(true)
  })

  it('is not taken elsewhere, and the driver can say that it was told none', async () => {
    const book = await drivers()
    const [longitude, latitude] = lonLatOf(PICK_UP)
    const far = placeOf([longitude + 3, latitude])
    const error = await book.takePlan(signed({ pickUp: far, dropOff: far })).catch((cause: unknown) => cause)
    expect(error).to.include({ code: 'TRIP_PLAN_REFUSED', field: 'plan.pickUp' })
    await book.say({ claim: 'noShow', at: conditions.start + 180n, metres: 0n, place: undefined })
    expect(book.view('open'))
      .to.deep.include({ hasPlan: false })
      .and.nested.include({ 'driver.ended': 'noShow' })
  })
})
