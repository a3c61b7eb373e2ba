import { expect } from 'chai'
import { defaultDirectory, unknownStandings } from '../../agent/chain/without-chain.ts'
import { misbehaviourOf } from '../../agent/network/peer-scores.ts'
import { NetworkRules } from '../../agent/protocols/network-rules.ts'
import { RefusedError, WireError } from '../../protocol/errors.ts'
import { deployment } from '../e2e/support/deployment.ts'
import { parameters } from '../e2e/support/rules.ts'

/** Rules of a node that has heard of a smaller limit, while its peers may not have. */
const spam = { ...parameters.spam, maxMessageBytes: 4_096 }
const rules = new NetworkRules({
  directory: { ...defaultDirectory([]), parameters: { ...parameters, spam }, latelyAllowedBytes: 16_384 },
  standings: unknownStandings,
  escrow: deployment.contracts.intentEscrow,
  now: () => 0n,
})

function faultOf(length: number): unknown {
  try {
    rules.checkSize(length)
    return undefined
  } catch (error) {
    return error
  }
}

describe('the limit of messages', () => {
  it('refuses what was small enough of late, and blames nobody', () => {
    expect(faultOf(4_096)).to.equal(undefined)
    for (const length of [4_097, 16_384]) {
      expect(faultOf(length)).to.be.instanceOf(RefusedError).and.include({ code: 'MESSAGE_TOO_LARGE' })
    }
  })

  it('blames whoever sends what never was small enough', () => {
    const fault = faultOf(16_385)
    expect(fault).to.be.instanceOf(WireError).and.include({ code: 'MESSAGE_TOO_LARGE' })
    expect(misbehaviourOf(fault as WireError)).to.equal('refused')
  })
})
