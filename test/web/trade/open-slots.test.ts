import { expect } from 'chai'
import fc from 'fast-check'
import { openSlots } from '../../../web/views/trade/open-slots.ts'

const said = (agent: string, start: number, end = start + 900, lot = '1000') => ({
  ...{ agent, lot, start: String(start), end: String(end) },
})
const members = ['0xA1', '0xA2', '0xA3']
const isRegistered = (account: string) => members.some((member) => member.toLowerCase() === account)

describe('the slots that one can buy in', () => {
  it('begin with the one that most registered agents are in, however new a stranger’s is', () => {
    const slots = openSlots(
      [said('0xE1', 77), said('0xA1', 900), said('0xA2', 900), said('0xA3', 1800), said('0xa3', 1800)],
      isRegistered,
    )
    expect(slots).to.deep.equal([
      { start: '900', end: '1800', registered: 2, all: 2 },
      { start: '1800', end: '2700', registered: 1, all: 1 },
      { start: '77', end: '977', registered: 0, all: 1 },
    ])
  })

  it('take the later one of two that are alike, and strangers where there is nobody else', () => {
    const slots = openSlots([said('0xE1', 900), said('0xE2', 1800), said('0xE3', 0)], isRegistered)
    expect(slots.map(({ start }) => start)).to.deep.equal(['1800', '900', '0'])
  })

  it('leave out what is no slot: of other units, of no length, or longer than a day', () => {
    const odd = [said('0xA1', 900, 1800, '1'), said('0xA1', 900, 900), said('0xA1', 0, 86_401)]
    expect(openSlots(odd, isRegistered)).to.deep.equal([])
    expect(openSlots([said('0xA1', 0, 86_400)], isRegistered)).to.have.length(1)
  })

  it('are no more than eight, and led by a registered agent, whatever any number of strangers says', () => {
    const stranger = fc.record({ start: fc.nat(2 ** 40), length: fc.integer({ min: -10, max: 100_000 }) })
    fc.assert(
      fc.property(fc.array(stranger, { maxLength: 200 }), fc.nat(200), (strangers, place) => {
        const noise = strangers.map(({ start, length }, index) => said(`0xE${index}`, start, start + length))
        const slots = openSlots(noise.toSpliced(place, 0, said('0xA1', 4_500)), isRegistered)
        expect(slots[0]).to.include({ start: '4500', end: '5400', registered: 1 })
        expect(slots).to.have.length.at.most(8)
      }),
    )
  })
})
