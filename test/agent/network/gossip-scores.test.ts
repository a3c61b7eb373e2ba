import { expect } from 'chai'
import { AddressLimits } from '../../../agent/network/address-limits.ts'
import { gossipScores } from '../../../agent/network/gossip-scores.ts'
import { identityFromKey } from '../../../agent/network/identity.ts'
import { PeerScores } from '../../../agent/network/peer-scores.ts'
import { parameters } from '../../e2e/support/rules.ts'

describe('the value of a neighbour', () => {
  const staked = identityFromKey(crypto.getRandomValues(new Uint8Array(32)))
  const stranger = identityFromKey(crypto.getRandomValues(new Uint8Array(32)))
  // An Ed25519 key: a relay, say.
  const carrier = '12D3KooWLNuyxtCYVbWTMHVcqLFKxQhqBWVFrwpHyU9fSdxcK4mw'
  let scores: PeerScores
  let options: ReturnType<typeof gossipScores>

  beforeEach(() => {
    scores = new PeerScores(
      () => parameters.spam,
      () => 0,
    )
    const limits = new AddressLimits({ exempt: ['10.0.0.0/8'] })
    options = gossipScores({ scores, limits, hasStake: (agent) => agent === staked.address })
  })

  const value = (peer: { toString(): string }) =>
    options.scoreParams?.appSpecificScore?.(peer.toString()) ?? Number.NaN
  const misbehave = (peer: { toString(): string }, times: number) => {
    for (let count = 0; count < times; count++) scores.penalize(peer.toString(), 'refused')
  }

  it('is greater with stake than without', () => {
    expect(value(staked.peerId)).to.equal(20)
    expect(value(stranger.peerId)).to.equal(0)
    expect(value(carrier)).to.equal(0)
  })

  it('is lost by a stranger with its first misdeed, with stake after a fifth of what is tolerated', () => {
    const { invalidTolerance } = parameters.spam
    misbehave(stranger.peerId, 1)
    expect(value(stranger.peerId)).to.be.below(0)
    misbehave(staked.peerId, invalidTolerance / 5)
    expect(value(staked.peerId)).to.be.closeTo(0, 1e-9)
    misbehave(staked.peerId, 1)
    expect(value(staked.peerId)).to.be.below(0)
  })

  it('is so low before a peer is muted that it is not listened to any more', () => {
    const { graylistThreshold = 0 } = options.scoreThresholds ?? {}
    for (const { peerId } of [staked, stranger]) {
      misbehave(peerId, parameters.spam.invalidTolerance - 1)
      expect(scores.isMuted(peerId.toString())).to.equal(false)
      expect(value(peerId)).to.be.below(graylistThreshold)
    }
  })

  it('does not depend on how many share an address, where the owner says so', () => {
    const exempt = options.scoreParams?.IPColocationFactorWhitelist
    expect(exempt?.has('10.1.2.3')).to.equal(true)
    expect(exempt?.has('11.1.2.3')).to.equal(false)
  })
})
