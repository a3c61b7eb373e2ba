import { expect } from 'chai'
import { PeerScores } from '../../agent/network/peer-scores.ts'

const MINUTE = 60_000

describe('PeerScores', () => {
  let now: number
  let scores: PeerScores

  beforeEach(() => {
    now = 1_000_000
    scores = new PeerScores(() => now)
  })

  it('knows nothing bad of a stranger', () => {
    expect(scores.scoreOf('stranger')).to.equal(0)
    expect(scores.isBanned('stranger')).to.equal(false)
  })

  it('adds up penalties, a forgery weighing more than bad bytes, and those more than a refused message', () => {
    for (const misbehaviour of ['forged', 'malformed', 'refused'] as const) {
      scores.penalize(misbehaviour, misbehaviour)
    }
    expect(scores.scoreOf('forged')).to.be.above(scores.scoreOf('malformed'))
    expect(scores.scoreOf('malformed')).to.be.above(scores.scoreOf('refused'))
    scores.penalize('refused', 'refused')
    scores.penalize('refused', 'malformed')
    expect(scores.scoreOf('refused')).to.equal(24)
    expect(scores.scoreOf('forged'), 'one peer pays for itself alone').to.equal(50)
  })

  it('bans at 100, and says so once', () => {
    expect(scores.penalize('peer', 'forged')).to.equal(false)
    expect(scores.isBanned('peer')).to.equal(false)
    expect(scores.penalize('peer', 'forged')).to.equal(true)
    expect(scores.isBanned('peer')).to.equal(true)
    expect(scores.penalize('peer', 'forged'), 'banned already').to.equal(false)
  })

  it('halves a score in five minutes', () => {
    scores.penalize('peer', 'forged')
    now += 5 * MINUTE
    expect(scores.scoreOf('peer')).to.be.closeTo(25, 1e-9)
    now += 10 * MINUTE
    expect(scores.scoreOf('peer')).to.be.closeTo(6.25, 1e-9)
    scores.penalize('peer', 'forged')
    expect(scores.scoreOf('peer')).to.be.closeTo(56.25, 1e-9)
  })

  it('does not ban for mistakes that are far apart', () => {
    for (let hour = 0; hour < 100; hour++) {
      expect(scores.penalize('clumsy', 'forged')).to.equal(false)
      now += 60 * MINUTE
    }
    expect(scores.isBanned('clumsy')).to.equal(false)
  })

  it('ends a ban after ten minutes', () => {
    scores.penalize('peer', 'forged')
    scores.penalize('peer', 'forged')
    now += 10 * MINUTE - 1
    expect(scores.isBanned('peer')).to.equal(true)
    now += 1
    expect(scores.isBanned('peer')).to.equal(false)
    expect(scores.scoreOf('peer'), 'not all is forgotten').to.be.within(20, 30)
  })

  it('does not shorten a ban by a further, smaller penalty', () => {
    scores.penalize('peer', 'forged')
    scores.penalize('peer', 'forged')
    now += 8 * MINUTE
    scores.penalize('peer', 'refused')
    now += 2 * MINUTE - 1
    expect(scores.isBanned('peer')).to.equal(true)
    now += 1
    expect(scores.isBanned('peer')).to.equal(false)
  })

  it('renews the ban of a peer that comes back and goes on as before', () => {
    scores.penalize('peer', 'forged')
    scores.penalize('peer', 'forged')
    now += 10 * MINUTE
    // 25 are left of the first hundred.
    scores.penalize('peer', 'forged')
    expect(scores.penalize('peer', 'forged')).to.equal(true)
    expect(scores.isBanned('peer')).to.equal(true)
  })

  it('remembers ten thousand peers, and forgets those first that were guilty longest ago', () => {
    scores.penalize('early', 'refused')
    scores.penalize('again', 'refused')
    for (let i = 0; i < 9_997; i++) scores.penalize(`peer ${i}`, 'refused')
    scores.penalize('again', 'refused')
    scores.penalize('full', 'refused')
    expect(scores.scoreOf('early')).to.equal(2)
    scores.penalize('one more', 'refused')
    expect(scores.scoreOf('early')).to.equal(0)
    scores.penalize('and another', 'refused')
    expect(scores.scoreOf('again'), 'guilty of late').to.equal(4)
    expect(scores.scoreOf('peer 0')).to.equal(0)
    expect(scores.scoreOf('one more')).to.equal(2)
  })
})
