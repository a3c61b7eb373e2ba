import { expect } from 'chai'
import fc from 'fast-check'
import { againAt, dutiesOf } from '../../../agent/market/slot-duties.ts'
import { slotTimes } from '../../../agent/market/slot-times.ts'
import * as arbitrary from '../../protocol/support/arbitraries.ts'

const SLOT = 2_000_000n
const times = slotTimes({ slotLength: 900n, gateLead: 300n, readingWindow: 3600n }, SLOT)

describe('duties of an agent', () => {
  const values = fc.record({ market: arbitrary.hash, agent: arbitrary.address })
  const dutyOf = (duties: ReturnType<typeof dutiesOf>, name: string) => {
    const found = duties.find((duty) => duty.name === name)
    if (found === undefined) throw new Error(`no duty ${name}`)
    return found
  }

  it('of a relayer come before those of who has an order, with time in between for a transaction', () => {
    fc.assert(
      fc.property(values, ({ market, agent }) => {
        const all = dutiesOf(market, SLOT, times, { agent, relays: true, ordered: true })
        const from = (name: string) => dutyOf(all, name).from
        expect(from('relay') < from('relay again')).to.equal(true)
        expect(from('submit') - from('relay again') >= 30n).to.equal(true)
        expect(from('clear own') - from('clear') >= 300n).to.equal(true)
        expect(from('read own') - from('read') >= 60n).to.equal(true)
        expect(from('schedule own') - from('schedule') >= 60n).to.equal(true)
        expect(all.map((duty) => duty.from)).to.deep.equal(
          all.map((duty) => duty.from).toSorted((a, b) => (a < b ? -1 : 1)),
        )
      }),
    )
  })

  it('are none for who neither relays nor ordered, and only its own for who ordered', () => {
    fc.assert(
      fc.property(values, ({ market, agent }) => {
        const none = dutiesOf(market, SLOT, times, { agent, relays: false, ordered: false })
        const own = dutiesOf(market, SLOT, times, { agent, relays: false, ordered: true })
        expect(none).to.deep.equal([])
        expect(own.map(({ deed }) => deed)).to.deep.equal(['submit', 'clearOwn', 'readOwn', 'scheduleOwn'])
      }),
    )
  })

  it('end where the contract would refuse', () => {
    const all = dutiesOf(`0x${'01'.repeat(32)}`, SLOT, times, {
      ...{ agent: `0x${'02'.repeat(20)}`, relays: true, ordered: true },
    })
    for (const { deed, until } of all) {
      if (deed === 'relay' || deed === 'submit') expect(until).to.equal(times.gate)
      if (deed === 'clear') expect(until).to.equal(times.end)
      if (deed === 'read' || deed === 'readOwn') expect(until).to.equal(times.scheduleFrom)
    }
  })
})

describe('a duty that failed', () => {
  it('is tried again several times before it is too late, and not at once', () => {
    for (const length of [9n, 90n, 600n, 5_000n]) {
      let tries = 0
      for (let at = 0n; at < length; tries++) {
        const next = againAt(at, length)
        expect(next - at >= 2n && next - at <= 60n, `${next} after ${at}`).to.equal(true)
        at = next
      }
      expect(tries, `tries within ${length} s`).to.be.within(4, 100)
    }
  })
})
