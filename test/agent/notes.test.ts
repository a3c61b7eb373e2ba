import { expect } from 'chai'
import fc from 'fast-check'
import { ConfigError, notes, RefusedError } from '../../agent/index.ts'

const MINUTE = 60_000
const refused = (code: string) => new RefusedError(code, 'It is refused.', { remedy: 'Wait.' })

/** Notes by a clock that the test turns. */
function setUp() {
  const printed: string[] = []
  const clock = { now: 0 }
  const note = notes(
    (text) => printed.push(text),
    () => clock.now,
  )
  return { printed, clock, note }
}

describe('notes', () => {
  it('tell of a fault once a minute, with what to do, and then how often it came', () => {
    const { printed, clock, note } = setUp()
    for (let i = 0; i < 490; i++) note(refused('TOO_MANY_DEALS'))
    expect(printed).to.deep.equal(['Note: It is refused.\n  Remedy: Wait.'])
    clock.now = MINUTE - 1
    note(refused('TOO_MANY_DEALS'))
    expect(printed).to.have.length(1)
    clock.now = MINUTE
    note(refused('TOO_MANY_DEALS'))
    expect(printed[1]).to.equal('Note: It is refused.\n  Remedy: Wait.\n  Held back: 490 more like this')
    clock.now = 2 * MINUTE
    note(refused('TOO_MANY_DEALS'))
    expect(printed[2]).to.equal(printed[0])
  })

  it('tell kinds apart by their code, and what is not ours by what it says first', () => {
    const { printed, note } = setUp()
    for (const fault of ['STAKE_TOO_LOW', 'BALANCE_TOO_LOW', 'STAKE_TOO_LOW']) note(refused(fault))
    note(new TypeError('a bug\n    at file:///home/me/agent.ts:1'))
    note('a bug')
    note(undefined)
    expect(printed.slice(2)).to.deep.equal(['Note: a bug', 'Note: undefined'])
  })

  it('print nothing that directs a terminal', () => {
    const { printed, note } = setUp()
    note(new Error('\u001b[2Jgone\u202e'))
    expect(printed).to.deep.equal(['Note: \\u{1b}[2Jgone\\u{202e}'])
  })

  it('say nothing of an agent that leaves', () => {
    const { printed, note } = setUp()
    note(new RefusedError('DISCONNECTED', 'The agent left.', { remedy: 'Connect.' }))
    note(new DOMException('This operation was aborted', 'AbortError'))
    expect(printed).to.deep.equal([])
  })

  it('print twenty kinds a minute at most, and count the others', () => {
    const { printed, clock, note } = setUp()
    for (let i = 0; i < 1_000; i++) note(new Error(`peer ${i} is gone`))
    note(new Error('peer 0 is gone'))
    expect(printed).to.have.length(20)
    clock.now = MINUTE
    note(new ConfigError('X', 'It is wrong.', { remedy: 'Mend it.' }))
    // The first kind makes room for this one, and takes what was held back of it along.
    expect(printed[20]).to.equal(
      'Note: It is wrong.\n  Remedy: Mend it.\n  Held back: 981 more of other kinds',
    )
  })

  it('tell of each fault or count it, and never print more than they may', () => {
    const fault = fc.record({
      kind: fc.integer({ min: 0, max: 60 }),
      wait: fc.integer({ min: 0, max: 9_000 }),
    })
    fc.assert(
      fc.property(fc.array(fault, { maxLength: 400 }), (faults) => {
        const { printed, clock, note } = setUp()
        const times: number[] = []
        for (const { kind, wait } of faults) {
          clock.now += wait
          const before = printed.length
          note(refused(`KIND_${kind}`))
          if (printed.length > before) times.push(clock.now)
        }
        for (const [i, time] of times.entries()) {
          const earlier = times[i - 20]
          expect(earlier === undefined || time - earlier >= MINUTE).to.equal(true)
        }
        // After an hour every kind makes room, and brings what was held back of it.
        clock.now += 60 * MINUTE
        for (let i = 0; i < 20; i++) note(new Error(`last ${i}`))
        const counted = printed
          .flatMap((text) => [...text.matchAll(/(\d+) more/g)].map(([, held]) => Number(held)))
          .reduce((sum, held) => sum + held, 0)
        expect(printed.length + counted).to.equal(faults.length + 20)
      }),
    )
  })
})
