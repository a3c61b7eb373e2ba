import { expect } from 'chai'
import { lotOf, slotTimes, turnWithin } from '../../agent/market/slot-times.ts'
import { Agenda } from '../../community/agenda.ts'

const market = `0x${'ab'.repeat(32)}` as const
const rules = { slotLength: 900n, gateLead: 0n, readingWindow: 3_600n }
const homes = Array.from({ length: 5 }, (_, index) => `0x${String(index).padStart(40, '1')}` as const)

describe('Agenda', () => {
  it('gives every home its turns in the sequence of time, before all others the first relayer', () => {
    const agenda = new Agenda(market, rules, homes)
    agenda.add(2_000n, 'cleared')
    agenda.add(2_000n, 'booked')
    const turns = [
      ...(function* () {
        for (let turn = agenda.next(); turn !== undefined; turn = agenda.next()) yield turn
      })(),
    ]
    // Each relays twice and submits its own; each clears as a relayer, and for itself.
    expect(turns.map(({ goal }) => goal)).to.deep.equal([
      ...Array.from({ length: 15 }, () => 'booked'),
      ...Array.from({ length: 10 }, () => 'cleared'),
    ])
    const times = turns.map(({ at }) => at)
    expect(times).to.deep.equal(times.toSorted((a, b) => Number(a - b)))
    const { relayFrom, relayUntil } = slotTimes(rules, 2_000n)
    const half = (relayFrom + relayUntil) / 2n
    const lots = homes.map((home) => turnWithin(relayFrom, half, lotOf(market, 2_000n, home, 'relay')))
    expect(times[0]).to.equal(lots.toSorted((a, b) => Number(a - b))[0])
  })

  it('forgets the turns for what is reached, and those alone', () => {
    const agenda = new Agenda(market, rules, homes)
    agenda.add(2_000n, 'settled')
    agenda.add(2_001n, 'settled')
    agenda.strike({ slot: 2_000n, goal: 'settled' })
    expect(agenda.has({ slot: 2_000n, goal: 'settled' })).to.equal(false)
    expect(agenda.has({ slot: 2_001n, goal: 'settled' })).to.equal(true)
    expect(agenda.next()).to.include({ slot: 2_001n, goal: 'settled' })
  })
})
