import { expect } from 'chai'
import { claimDue } from '../../../cli/ride/accompany.ts'
import type { TripClaim, TripLog, TripReport } from '../../../protocol/trip.ts'

const chain = (claims: TripClaim[]): TripLog['driver'] =>
  claims.map((claim) => ({ value: { claim } as TripReport, signature: '0x' }))

describe('what a rider has to say', () => {
  const cases: [TripClaim[], TripClaim[], ReturnType<typeof claimDue>][] = [
    [[], [], undefined],
    [['onTheWay'], [], undefined],
    [['onTheWay', 'arrived'], [], 'pickedUp'],
    [['arrived', 'pickedUp'], [], 'pickedUp'],
    [['arrived', 'pickedUp'], ['pickedUp'], undefined],
    // One thing at a time: nobody is at the end who was not on board.
    [['arrived', 'pickedUp', 'droppedOff'], [], 'pickedUp'],
    [['arrived', 'pickedUp', 'droppedOff'], ['pickedUp'], 'droppedOff'],
    [['arrived', 'pickedUp', 'droppedOff'], ['pickedUp', 'droppedOff'], undefined],
    [['arrived'], ['cancelled'], undefined],
    [['arrived', 'cancelled'], [], undefined],
    [['arrived', 'noShow'], [], undefined],
  ]
  for (const [driver, rider, due] of cases) {
    it(`is ${due ?? 'nothing'} after ${driver.join(', ') || 'nothing'} of the driver, and ${rider.join(', ') || 'nothing'} of its own`, () => {
      expect(claimDue({ driver: chain(driver), rider: chain(rider) })).to.equal(due)
    })
  }
})
