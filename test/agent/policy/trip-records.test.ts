import { expect } from 'chai'
import { memoryJournal } from '../../../agent/policy/journal.ts'
import { latestTrips, TripRecords } from '../../../agent/policy/trip-records.ts'
import type { TripPlan, TripReport } from '../../../protocol/trip.ts'
import type { Hex, Signed } from '../../../protocol/types.ts'

const idOf = (number: number): Hex => `0x${number.toString(16).padStart(64, '0')}`
const signature = `0x${'03'.repeat(65)}` as const
const place = { longitude: 43_902_000, latitude: 520_462_000 }
const planOf = (number: number): Signed<TripPlan> => ({
  value: { agreement: idOf(number), pickUp: place, dropOff: place },
  signature,
})
const reportOf = (number: number): Signed<TripReport> => ({
  value: {
    ...{ agreement: idOf(number), agent: `0x${'02'.repeat(20)}`, number: 1n, previous: idOf(0) },
    ...{ claim: 'arrived', at: 5n, metres: 0n, place },
  },
  signature,
})

describe('records of trips', () => {
  it('are of the newest thousand, in memory as on disk', async () => {
    const written: unknown[] = []
    const journal = { ...memoryJournal(), append: async (entry: unknown) => void written.push(entry) }
    const records = new TripRecords(journal)
    for (let number = 1; number <= 1_001; number++) await records.addPlan(planOf(number))
    // Of the oldest that is left, the newest report.
    await records.addReport('driver', reportOf(2))
    expect(records.of(idOf(1))).to.equal(undefined)
    expect(records.of(idOf(2))).to.deep.equal({ plan: planOf(2), driver: [reportOf(2)], rider: [] })
    const kept = latestTrips(written)
    expect(kept).to.have.length(1_001)
    const again = new TripRecords(journal, kept)
    for (const number of [1, 2, 3, 1_001]) {
      expect(again.of(idOf(number))).to.deep.equal(records.of(idOf(number)))
    }
  })
})
