import { expect } from 'chai'
import { SlotBook } from '../../../community/meters/slot-book.ts'
import { readCommunity } from '../../../community/read-community.ts'
import { RefusedError } from '../../../protocol/errors.ts'

const HOMES = ['a', 'b']
const SECONDS = 900

type Sent = [home: string, start: number, loadWh: number]

const message = ([home, start, loadWh]: Sent) => ({ home, start, end: start + SECONDS, loadWh, pvWh: 0 })

function faultOf(act: () => unknown): RefusedError | undefined {
  try {
    act()
    return undefined
  } catch (error) {
    if (error instanceof RefusedError) return error
    throw error
  }
}

describe('SlotBook', () => {
  it('gives the slots of a file as they are', () => {
    const { slots, homes } = readCommunity()
    const book = new SlotBook(
      homes.map(({ name }) => name),
      SECONDS,
    )
    const told = slots.flatMap(({ start, end, readings }) =>
      readings.flatMap((reading) => book.take({ ...reading, start, end })),
    )
    expect(told).to.deep.equal(slots.map((slot) => ({ ...slot, missing: [] })))
    expect(book.open).to.deep.equal([])
  })

  it('waits for homes that are late, but not for ever, and names them', () => {
    const book = new SlotBook(HOMES, SECONDS)
    const sent: Sent[] = [
      ['a', 0, 1],
      ['a', 900, 2],
      ['b', 0, 3],
      ['a', 1800, 4],
      ['a', 2700, 5],
      ['b', 2700, 7],
    ]
    const told = sent.flatMap((each) => book.take(message(each)))
    expect(
      told.map(({ start, readings, missing }) => [
        start,
        ...readings.map(({ loadWh }) => loadWh),
        ...missing,
      ]),
    ).to.deep.equal([
      [0, 1, 3],
      [900, 2, 0, 'b'],
    ])
    expect(book.openSlots.map(({ start, missing }) => [start, ...missing])).to.deep.equal([
      [1800, 'b'],
      [2700],
    ])
    expect(book.open.map(({ home, start }) => [home, start])).to.deep.equal([
      ['a', 1800],
      ['a', 2700],
      ['b', 2700],
    ])
  })

  const refusals: [string, object, object][] = [
    ['comes twice', { loadWh: 9 }, { code: 'READING_TWICE', field: 'start' }],
    ['is of nobody', { home: 'c' }, { code: 'HOME_UNKNOWN', received: 'c' }],
    [
      'is a second late',
      { start: 3601, end: 4501 },
      { code: 'READING_NO_SLOT', field: 'start', received: 3601 },
    ],
    ['is shorter', { start: 3600, end: 3900 }, { code: 'READING_NO_SLOT', field: 'end', received: 3900 }],
    [
      'is longer',
      { start: 3600, end: 5400 },
      { code: 'READING_NO_SLOT', expected: '4500, 900 s after start' },
    ],
    ['overlaps', { start: 450, end: 1350 }, { code: 'READING_NO_SLOT' }],
    [
      'was written',
      { start: 900, end: 1800 },
      { code: 'READING_TWICE', received: '900 (1970-01-01T00:15Z)' },
    ],
    ['is over', { home: 'b', start: 900, end: 1800 }, { code: 'SLOT_OVER', field: 'start' }],
    ['is before all', { start: 0, end: 900 }, { code: 'SLOT_OVER' }],
  ]
  for (const [what, change, fault] of refusals) {
    it(`refuses what ${what}, says why, and is as it was`, () => {
      const book = new SlotBook(HOMES, SECONDS, [{ start: 900, homes: ['a'] }])
      book.take(message(['a', 1800, 4]))
      const before = book.open
      const error = faultOf(() => book.take({ ...message(['a', 1800, 4]), ...change }))
      expect(error).to.include(fault)
      expect(error?.expected).to.be.a('string')
      expect(book.open).to.deep.equal(before)
      expect(book.take(message(['b', 1800, 5]))).to.have.length(1)
    })
  }
})
