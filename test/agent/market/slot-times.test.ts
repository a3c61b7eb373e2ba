import { expect } from 'chai'
import fc from 'fast-check'
import {
  forecastHorizon,
  lotOf,
  nextSlot,
  type SlotRules,
  slotTimes,
  turnWithin,
} from '../../../agent/market/slot-times.ts'
import * as arbitrary from '../../protocol/support/arbitraries.ts'

/** Of shorter slots nobody relays: there is no time for it. */
const rules: fc.Arbitrary<SlotRules> = fc.record({
  slotLength: fc.bigInt({ min: 8n, max: 86_400n }),
  gateLead: fc.bigInt({ min: 0n, max: 604_800n }),
  readingWindow: fc.bigInt({ min: 1n, max: 604_800n }),
})
/** Some decades from now on. */
const slotIn = ({ slotLength }: SlotRules) =>
  fc.bigInt({ min: 10n ** 9n, max: 10n ** 10n }).map((at) => at / slotLength)
const cases = rules.chain((given) => fc.tuple(fc.constant(given), slotIn(given)))

describe('times of a slot', () => {
  it('follow one another, whatever the rules', () => {
    fc.assert(
      fc.property(cases, ([given, slot]) => {
        const times = slotTimes(given, slot)
        const { relayFrom, relayUntil, ownFrom, gate, begin, end } = times
        const { clearUntil, ownClearFrom, ownClearUntil } = times
        const { readFrom, readUntil, ownReadFrom, scheduleFrom, scheduleUntil, ownScheduleFrom, over } = times
        for (const sequence of [
          [relayFrom, relayUntil, ownFrom, gate, clearUntil, ownClearFrom, ownClearUntil, end],
          [gate, begin, end, readFrom, readUntil, ownReadFrom, scheduleFrom],
          [scheduleFrom, scheduleUntil, ownScheduleFrom, over],
        ]) {
          expect(sequence).to.deep.equal(sequence.toSorted((a, b) => (a < b ? -1 : 1)))
        }
        expect(ownFrom < gate).to.equal(true)
      }),
    )
  })

  it('are those of the contract at the gate and the end, and in between as many seconds as the page says', () => {
    const times = slotTimes({ slotLength: 900n, gateLead: 300n, readingWindow: 3600n }, 10n)
    expect(times).to.include({ gate: 8_700n, begin: 9_000n, end: 9_900n, scheduleFrom: 13_501n })
    expect([times.relayFrom, times.relayUntil, times.ownFrom]).to.deep.equal([8_400n, 8_580n, 8_610n])
  })

  it('leave the next slot to be ordered for before relayers begin', () => {
    fc.assert(
      fc.property(rules, fc.bigInt({ min: 10n ** 9n, max: 10n ** 10n }), (given, now) => {
        const slot = nextSlot(given, now)
        expect(slotTimes(given, slot).relayFrom > now).to.equal(true)
        expect(slotTimes(given, slot - 1n).relayFrom <= now).to.equal(true)
      }),
    )
  })

  it('let a forecast know the latest slot that is over when relayers begin, and none after it', () => {
    fc.assert(
      fc.property(cases, ([given, slot]) => {
        const latest = slot - BigInt(forecastHorizon(given))
        const { relayFrom } = slotTimes(given, slot)
        expect(slotTimes(given, latest).end <= relayFrom).to.equal(true)
        expect(slotTimes(given, latest + 1n).end > relayFrom).to.equal(true)
      }),
    )
    expect(forecastHorizon({ slotLength: 900n, gateLead: 0n })).to.equal(2)
    expect(forecastHorizon({ slotLength: 3600n, gateLead: 3600n })).to.equal(3)
  })
})

describe('turns of relayers', () => {
  it('are within the time for them', () => {
    fc.assert(
      fc.property(
        arbitrary.uint(40n),
        fc.bigInt({ min: 1n, max: 10_000n }),
        arbitrary.uint(64n),
        (from, length, lot) => {
          const turn = turnWithin(from, from + length, lot)
          expect(turn >= from && turn < from + length).to.equal(true)
        },
      ),
    )
  })

  it('are drawn anew for each slot, and spread over the whole of it', () => {
    const [market] = fc.sample(arbitrary.hash, { seed: 1, numRuns: 1 })
    const agents = fc.sample(arbitrary.address, { seed: 2, numRuns: 100 })
    if (market === undefined) throw new Error('no sample')
    const first = (slot: bigint) =>
      agents.toSorted((a, b) =>
        lotOf(market, slot, a, 'relay') < lotOf(market, slot, b, 'relay') ? -1 : 1,
      )[0]
    const leaders = new Set(Array.from({ length: 50 }, (_, slot) => first(BigInt(slot))))
    expect(leaders.size).to.be.above(25)
    const turns = agents.map((agent) => turnWithin(0n, 10n, lotOf(market, 7n, agent, 'relay')))
    expect(new Set(turns).size).to.equal(10)
  })
})
