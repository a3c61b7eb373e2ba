import { expect } from 'chai'
import {
  cancellationCost,
  metresBetween,
  metresOwed,
  noShowMetres,
  placeOf,
  progressOf,
  SILENT,
  type TripTerms,
} from '../../../../../agent/market/rides/trip/index.ts'
import { paymentOf } from '../../../../../protocol/types.ts'
import { agreement, conditions, DROP_OFF, PICK_UP } from './support/trips.ts'

const { start, lateFrom, end } = conditions
const PAYMENT = paymentOf(agreement)
const FEE = noShowMetres(agreement)

describe('what it costs to cancel a trip', () => {
  const at = (now: bigint) =>
    (['rider', 'driver'] as const).map((role) => cancellationCost(role, agreement, conditions, now))

  it('is nothing for either side as long as it is early', () => {
    for (const cost of at(lateFrom - 1n)) expect(cost).to.deep.equal({ pays: 0n, compensates: 0n })
  })

  it('compensates the other side alike, whoever cancels: late, and from the pick-up time on', () => {
    for (const [now, bps] of [
      [lateFrom, 1_000n],
      [start, 2_000n],
    ] as const) {
      const [rider, driver] = at(now)
      const compensation = (PAYMENT * bps) / 10_000n
      expect(rider).to.deep.equal({ pays: compensation, compensates: compensation })
      expect(driver, 'half of a slash is burned').to.deep.equal({
        pays: 2n * compensation,
        compensates: compensation,
      })
    }
  })

  it('is more for a rider once more than the penalty of the window is over', () => {
    const [rider, driver] = at(start + (end - start) / 2n)
    expect(rider?.pays).to.equal(PAYMENT / 2n)
    expect(driver?.compensates).to.equal(PAYMENT / 5n)
  })
})

describe('what a rider owes by its own account', () => {
  const PLAN: TripTerms['plan'] = { pickUp: PICK_UP, dropOff: DROP_OFF }
  const said = (claim: Parameters<typeof progressOf>[1]['claim'], place = PICK_UP, metres = 0n) =>
    ({ claim, at: start, metres, place }) as const
  const owed = (rider: ReturnType<typeof said>[], driver: ReturnType<typeof said>[] = []) =>
    metresOwed(
      {
        hasPlan: true,
        chain: 'open',
        rider: rider.reduce(progressOf, SILENT),
        driver: driver.reduce(progressOf, SILENT),
      },
      { plan: PLAN, metres: agreement.quantity, start },
      FEE,
    )

  it('is what it says that it was driven, whatever the driver says', () => {
    const rider = [said('pickedUp'), said('droppedOff', DROP_OFF, 800n)]
    expect(owed(rider, [said('pickedUp'), said('droppedOff', DROP_OFF, 2_000n)])).to.equal(800n)
  })

  it('is a part of the way, by its last position, while it is in the vehicle', () => {
    const halfway = placeOf([(4.3902 + 4.4024) / 2, (52.0462 + 52.0524) / 2])
    expect(metresBetween(PICK_UP, halfway)).to.be.closeTo(metresBetween(halfway, DROP_OFF), 1)
    expect(Number(owed([said('pickedUp'), said('pickedUp', halfway)]))).to.be.closeTo(1_000, 2)
    expect(owed([said('pickedUp')])).to.equal(0n)
    expect(owed([said('pickedUp'), said('pickedUp', DROP_OFF)])).to.equal(2_000n)
  })

  it('is the fee when the driver waited in vain, unless the rider waited too', () => {
    const waited = [said('arrived'), said('noShow')]
    expect(owed([], waited)).to.equal(FEE)
    expect(owed(waited, waited)).to.equal(0n)
    expect(paymentOf({ ...agreement, quantity: FEE })).to.equal(PAYMENT / 5n)
  })

  it('is the fee of a rider that never told where it is, and nothing where a driver that was told never came', () => {
    const nowhere = [said('noShow')]
    const untold = {
      rider: SILENT,
      driver: nowhere.reduce(progressOf, SILENT),
      hasPlan: false,
      chain: 'open',
    } as const
    expect(metresOwed(untold, { plan: undefined, metres: agreement.quantity, start }, FEE)).to.equal(FEE)
    expect(owed([], nowhere)).to.equal(0n)
  })

  it('is nothing for a ride that did not begin', () => {
    expect(owed([], [said('pickedUp'), said('droppedOff', DROP_OFF, 2_000n)])).to.equal(0n)
  })
})
