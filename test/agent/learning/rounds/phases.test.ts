import { expect } from 'chai'
import { PHASES, phaseAt, shortestPhase, within } from '../../../../agent/learning/rounds/phases.ts'

const schedule = { commitUntil: 10n, revealUntil: 20n, attestUntil: 30n, scoreUntil: 40n, closeAt: 50n }

describe('the phases of a round', () => {
  it('follow one another; an instant of the schedule is the last second of its phase', () => {
    const instants = [0n, 10n, 11n, 20n, 21n, 30n, 31n, 40n, 41n, 50n, 51n, 10_000n]
    const expected = PHASES.flatMap((phase) => [phase, phase])
    expect(instants.map((now) => phaseAt(schedule, now))).to.deep.equal(expected)
  })

  it('have instants within them, from the last second of the one before to their own last', () => {
    expect([0, 0.25, 0.5, 1].map((part) => within(schedule, 'score', part))).to.deep.equal([
      30n,
      32n,
      35n,
      40n,
    ])
    expect(within(schedule, 'attest', 0.6)).to.equal(26n)
    expect(within(schedule, 'close', 1)).to.equal(50n)
  })

  it('last as long as the schedule says; that of commitments has no beginning', () => {
    expect(shortestPhase(schedule)).to.equal(10)
    expect(shortestPhase({ ...schedule, scoreUntil: 33n })).to.equal(3)
  })
})
