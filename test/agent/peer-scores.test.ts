import { expect } from 'chai'
import { isUnadmitted, misbehaviourOf, PeerScores } from '../../agent/network/peer-scores.ts'
import { RefusedError, SignatureError, WireError } from '../../protocol/errors.ts'

const MINUTE = 60_000
const NO_DETAILS = { remedy: '' }

describe('PeerScores', () => {
  let now: number
  let rules: { invalidTolerance: number; muteDuration: number }
  let scores: PeerScores

  beforeEach(() => {
    now = 1_000_000
    rules = { invalidTolerance: 50, muteDuration: 600 }
    scores = new PeerScores(
      () => rules,
      () => now,
    )
  })

  /** So many messages that were refused, at once. */
  function refused(peer: string, times: number): boolean {
    return Array.from({ length: times }, () => scores.penalize(peer, 'refused')).at(-1) ?? false
  }

  it('knows nothing bad of a stranger', () => {
    expect(scores.scoreOf('stranger')).to.equal(0)
    expect(scores.isMuted('stranger')).to.equal(false)
  })

  it('counts a forgery for more than bad bytes, those for more than a flood, and all for more than a refusal', () => {
    for (const misbehaviour of ['forged', 'malformed', 'flood', 'refused'] as const) {
      scores.penalize(misbehaviour, misbehaviour)
    }
    expect(scores.scoreOf('forged')).to.be.above(scores.scoreOf('malformed'))
    expect(scores.scoreOf('malformed')).to.be.above(scores.scoreOf('flood'))
    expect(scores.scoreOf('flood')).to.be.above(scores.scoreOf('refused'))
    scores.penalize('refused', 'malformed')
    expect(scores.scoreOf('refused'), 'misdeeds add up').to.equal(11)
    expect(scores.scoreOf('forged'), 'one peer pays for itself alone').to.equal(25)
  })

  it('mutes at as many invalid messages as the network tolerates, and says so once', () => {
    expect(refused('peer', 49)).to.equal(false)
    expect(scores.isMuted('peer')).to.equal(false)
    expect(refused('peer', 1)).to.equal(true)
    expect(scores.isMuted('peer')).to.equal(true)
    expect(refused('peer', 1), 'muted already').to.equal(false)
  })

  it('mutes sooner when the network tolerates less from now on', () => {
    expect(refused('peer', 3)).to.equal(false)
    rules = { ...rules, invalidTolerance: 4 }
    now += MINUTE
    expect(refused('other', 3)).to.equal(false)
    expect(refused('other', 1)).to.equal(true)
    expect(scores.isMuted('peer'), 'for what it does from now on').to.equal(false)
  })

  it('forgets as many in a minute as the network tolerates in one', () => {
    refused('peer', 49)
    now += MINUTE / 2
    expect(scores.scoreOf('peer')).to.be.closeTo(24, 1e-9)
    now += MINUTE / 2
    expect(scores.scoreOf('peer')).to.equal(0)
    expect(refused('peer', 49)).to.equal(false)
    expect(refused('peer', 1)).to.equal(true)
  })

  it('does not mute for mistakes that are far apart', () => {
    for (let minute = 0; minute < 100; minute++) {
      expect(scores.penalize('clumsy', 'forged')).to.equal(false)
      now += MINUTE
    }
    expect(scores.isMuted('clumsy')).to.equal(false)
  })

  it('ends a mute after the time that the network says', () => {
    refused('peer', 50)
    now += 10 * MINUTE - 1
    expect(scores.isMuted('peer')).to.equal(true)
    now += 1
    expect(scores.isMuted('peer')).to.equal(false)
    rules = { ...rules, muteDuration: 10 }
    refused('peer', 50)
    now += 10_000 - 1
    expect(scores.isMuted('peer')).to.equal(true)
    now += 1
    expect(scores.isMuted('peer')).to.equal(false)
  })

  it('does not shorten a mute by a further, smaller misdeed', () => {
    refused('peer', 50)
    now += 8 * MINUTE
    scores.penalize('peer', 'refused')
    now += 2 * MINUTE - 1
    expect(scores.isMuted('peer')).to.equal(true)
    now += 1
    expect(scores.isMuted('peer')).to.equal(false)
  })

  it('mutes whom it is told to, and holds nothing against it', () => {
    scores.mute('banned', 1000)
    expect(scores.isMuted('banned')).to.equal(true)
    expect(scores.scoreOf('banned')).to.equal(0)
    now += 1000
    expect(scores.isMuted('banned')).to.equal(false)
  })

  it('remembers ten thousand peers, and forgets those first that were guilty longest ago', () => {
    scores.penalize('early', 'refused')
    scores.penalize('again', 'refused')
    for (let i = 0; i < 9_997; i++) scores.penalize(`peer ${i}`, 'refused')
    scores.penalize('again', 'refused')
    scores.penalize('full', 'refused')
    expect(scores.scoreOf('early')).to.equal(1)
    scores.penalize('one more', 'refused')
    expect(scores.scoreOf('early')).to.equal(0)
    scores.penalize('and another', 'refused')
    expect(scores.scoreOf('again'), 'guilty of late').to.equal(2)
    expect(scores.scoreOf('peer 0')).to.equal(0)
    expect(scores.scoreOf('one more')).to.equal(1)
  })

  it('holds a message of an agent that is not admitted against nobody who passes on a few a second', () => {
    expect(isUnadmitted(new RefusedError('STAKE_TOO_LOW', '', NO_DETAILS))).to.equal(true)
    expect(isUnadmitted(new RefusedError('NOT_ADMITTED', '', NO_DETAILS)), "an owner's own rule").to.equal(
      false,
    )
    for (let count = 0; count < 8 * 60; count++) {
      expect(scores.penalize('relay', 'unadmitted')).to.equal(false)
      now += 125
    }
    for (let count = 0; count < 2 * 600; count++) {
      expect(scores.penalize('home', 'uninvited'), 'that repeats itself twice a second').to.equal(false)
      now += 500
    }
    for (let count = 0; count < 1_000; count++) scores.penalize('flooder', 'unadmitted')
    expect(scores.isMuted('flooder')).to.equal(true)
  })

  it('takes a message over the limit for no worse than a refused one: limits change, not everywhere at once', () => {
    expect(misbehaviourOf(new SignatureError('SIGNER_WRONG', ''))).to.equal('forged')
    expect(misbehaviourOf(new WireError('PEER_FLOODS', ''))).to.equal('flood')
    expect(misbehaviourOf(new WireError('MESSAGE_TOO_LARGE', ''))).to.equal('refused')
    expect(misbehaviourOf(new WireError('MESSAGE_MALFORMED', ''))).to.equal('malformed')
  })
})
