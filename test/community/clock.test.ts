import { EventEmitter } from 'node:events'
import { expect } from 'chai'
import {
  type ClockInit,
  endlessly,
  type NumberedSlot,
  quiescence,
  runSlots,
  wallClock,
} from '../../community/clock.ts'
import { OpenEnergy } from '../../community/open-energy.ts'

const readings = [
  { home: 'a', loadWh: 100, pvWh: 400 },
  { home: 'b', loadWh: 250, pvWh: 0 },
  { home: 'c', loadWh: 150, pvWh: 0 },
]
const dark = readings.map((reading) => ({ ...reading, pvWh: 0 }))

describe('OpenEnergy', () => {
  it('is cleared only when both sides of all that can be traded are known', async () => {
    const energy = new OpenEnergy(readings)
    let isCleared = false
    void energy.cleared.then(() => {
      isCleared = true
    })
    energy.update('a', 0)
    energy.update('b', 0)
    await null
    expect(isCleared, 'only 250 of 300 Wh bought').to.equal(false)
    energy.update('c', -100)
    await energy.cleared
    expect(energy).to.include({ maxTradableWh: 300, soldWh: 300, boughtWh: 300 })
    expect(['a', 'b', 'c'].map((home) => energy.tradedWh(home))).to.deep.equal([300, -250, -50])
  })

  it('is cleared at once when nobody can trade', async () => {
    await new OpenEnergy(dark).cleared
  })

  it('leaves out homes that it does not know', () => {
    const energy = new OpenEnergy(readings)
    energy.update('stranger', 0)
    expect(energy.soldWh).to.equal(0)
  })
})

describe('runSlots', () => {
  const slot = (index: number, measured = readings): NumberedSlot => ({
    index,
    start: 0,
    end: 900,
    readings: measured,
  })

  /** A market in which homes trade everything as soon as they hear of a slot. */
  function market(trades: boolean) {
    const told: string[] = []
    const events: ClockInit['supervisor']['events'] = new EventEmitter()
    const supervisor: ClockInit['supervisor'] = {
      events,
      startSlot({ index }) {
        told.push(`start ${index}`)
        if (!trades) return
        for (const [home, openWh] of Object.entries({ a: 0, b: 0, c: -100 })) {
          events.emit('position', { home, slot: index, openWh })
        }
      },
      closeSlot: (index) => void told.push(`close ${index}`),
    }
    return { told, supervisor }
  }

  it('goes on as soon as everything is traded', async () => {
    const { told, supervisor } = market(true)
    const slots = [slot(7), slot(8, dark), slot(9)]
    await runSlots({ supervisor, slots, pace: quiescence(60_000), signal: new AbortController().signal })
    expect(told).to.deep.equal(['start 7', 'close 7', 'start 8', 'close 8', 'start 9', 'close 9'])
  })

  it('goes on after the timeout when trade stands still', async () => {
    const { told, supervisor } = market(false)
    let sold = -1
    await runSlots({
      supervisor,
      slots: [slot(0)],
      pace: quiescence(10),
      signal: new AbortController().signal,
      onEnd: (_slot, energy) => {
        sold = energy.soldWh
      },
    })
    expect(told).to.deep.equal(['start 0', 'close 0'])
    expect(sold).to.equal(0)
  })

  for (const [name, pace] of [
    ['quiescence', quiescence(60_000)],
    ['wallClock', wallClock(60)],
  ] as const) {
    it(`closes the running slot and ends when it is aborted (${name})`, async () => {
      const { told, supervisor } = market(false)
      const abort = new AbortController()
      const running = runSlots({
        supervisor,
        slots: endlessly([slot(0)], 0),
        pace,
        signal: abort.signal,
        onStart: () => void setImmediate(() => abort.abort()),
      })
      await running
      expect(told).to.deep.equal(['start 0', 'close 0'])
    })
  }

  it('ignores what homes say about other slots', async () => {
    const { supervisor } = market(false)
    await runSlots({
      supervisor,
      slots: [slot(3)],
      pace: quiescence(10),
      signal: new AbortController().signal,
      onStart: (_slot, energy) => {
        supervisor.events.emit('position', { home: 'a', slot: 2, openWh: 0 })
        expect(energy.soldWh).to.equal(0)
      },
    })
  })
})

describe('endlessly', () => {
  it('starts over after the last slot, with numbers and times that go on', () => {
    const slots = [
      { start: 1000, end: 1900, readings: [] },
      { start: 1900, end: 2800, readings },
    ]
    const endless = endlessly(slots, 1)
    const taken = [0, 1, 2].flatMap(() => endless.next().value ?? [])
    expect(taken.map(({ index, start, end }) => [index, start, end])).to.deep.equal([
      [1, 1900, 2800],
      [2, 2800, 3700],
      [3, 3700, 4600],
    ])
    expect(taken[2]?.readings).to.equal(readings)
  })

  it('ends when there is no data', () => {
    expect([...endlessly([], 0)]).to.deep.equal([])
  })
})
