import { expect } from 'chai'
import {
  checkEscrow,
  checkProtocol,
  faultOf,
  ownAdmissionOf,
  ownFaultOf,
} from '../../../agent/policy/admission.ts'
import type { ProtocolVersion } from '../../../protocol/network-parameters.ts'
import { parameters } from '../../e2e/support/rules.ts'
import { failure } from '../../protocol/support/failure.ts'

const NEGOTIATION = { name: 'negotiation', version: 1 }
const SUNSET = 1_800_000_000n
const standing = {
  agentId: 7n,
  freeStake: 100n,
  score: 4n * 10n ** 17n,
  feedbacks: 0,
  settledVolume: 0n,
  isBanned: false,
}
const admission = { minStake: 100n, minReputation: 4000 }

describe('admission', () => {
  it('takes whoever has just as much as is asked', () => {
    expect(faultOf(standing, admission)).to.equal(undefined)
    expect(faultOf({ ...standing, freeStake: 99n }, admission)).to.include({ code: 'STAKE_TOO_LOW' })
    expect(faultOf({ ...standing, score: standing.score - 1n }, admission)).to.include({
      code: 'REPUTATION_TOO_LOW',
    })
  })

  it('asks nothing but that there is no ban where there is no domain', () => {
    expect(faultOf({ ...standing, freeStake: 0n, score: 0n }, undefined)).to.equal(undefined)
    expect(faultOf({ ...standing, isBanned: true }, undefined)).to.include({ code: 'AGENT_BANNED' })
  })
})

describe("an owner's own admission", () => {
  const ways = { minStake: 200n, minReputation: 0.6, minVolume: 1_000n }

  it('takes whoever has one of what is asked, and names what is missing', () => {
    expect(ownFaultOf({ ...standing, freeStake: 200n }, 0, ways)).to.equal(undefined)
    expect(ownFaultOf({ ...standing, settledVolume: 1_000n }, 0, ways)).to.equal(undefined)
    expect(ownFaultOf(standing, 0.6, ways)).to.equal(undefined)
    expect(ownFaultOf(standing, 0.59, ways)).to.include({
      name: 'RefusedError',
      code: 'NOT_ADMITTED',
      field: 'agent 7',
      expected:
        'free stake of at least 200, or reputation of at least 0.6, or settled volume of at least 1000',
      received: 'free stake of 100, reputation of 0.59, settled volume of 0',
    })
  })

  it('asks nothing where nothing is named', () => {
    expect(ownFaultOf(standing, 0, {})).to.equal(undefined)
    expect(ownFaultOf(standing, 0, { minVolume: 0n })).to.equal(undefined)
    expect(ownFaultOf(standing, 0, { minVolume: 1n })?.expected).to.equal('settled volume of at least 1')
  })

  it('is that of the domain, or the one for all others', () => {
    const admissions = { energy: { minStake: 1n }, '': { minVolume: 2n } }
    expect(ownAdmissionOf(admissions, 'energy')).to.deep.equal({ minStake: 1n })
    expect(ownAdmissionOf(admissions, 'ride')).to.deep.equal({ minVolume: 2n })
    expect(ownAdmissionOf(admissions, undefined)).to.deep.equal({ minVolume: 2n })
    expect(ownAdmissionOf(admissions, 'toString')).to.deep.equal({ minVolume: 2n })
    expect(ownAdmissionOf({ energy: {} }, 'ride')).to.equal(undefined)
  })
})

describe('checkProtocol', () => {
  const check = (version: Partial<ProtocolVersion>, now: bigint) => {
    const state = { status: 'deprecated', sunset: SUNSET, current: 2, ...version } as const
    return failure(() =>
      checkProtocol({ ...parameters, protocols: { 'negotiation/1': state } }, NEGOTIATION, now),
    )
  }

  it('ends a version by the clock, though the chain was not read since', () => {
    expect(check({}, SUNSET - 1n)).to.equal(undefined)
    expect(check({}, SUNSET)).to.include({ code: 'PROTOCOL_SUNSET', field: 'negotiation/1' })
  })

  it('ends it when the chain says so, though the clock is behind', () => {
    expect(check({ status: 'sunset' }, SUNSET - 1n)).to.include({ code: 'PROTOCOL_SUNSET' })
  })

  it('speaks on what is deprecated and has no date', () => {
    expect(check({ sunset: 0n }, SUNSET)).to.equal(undefined)
  })

  it('speaks nothing that the directory does not know', () => {
    expect(check({ status: 'none', sunset: 0n, current: 0 }, SUNSET)).to.include({ code: 'PROTOCOL_UNKNOWN' })
    expect(failure(() => checkProtocol(parameters, { name: 'gossip-of-later', version: 1 }, 0n))).to.include({
      code: 'PROTOCOL_UNKNOWN',
      field: 'gossip-of-later/1',
    })
  })
})

describe('checkEscrow', () => {
  it('begins nothing with an escrow past its sunset, or of another network', () => {
    for (const escrow of ['current', 'deprecated'] as const) {
      expect(failure(() => checkEscrow({ ...parameters, escrow }, '0x12'))).to.equal(undefined)
    }
    for (const escrow of ['sunset', 'none'] as const) {
      expect(failure(() => checkEscrow({ ...parameters, escrow }, '0x12'))).to.include({
        code: 'CONTRACT_SUNSET',
      })
    }
  })
})
