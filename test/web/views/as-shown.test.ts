import { expect } from 'chai'
import { isAsShown } from '../../../web/views/governance/as-shown.ts'

const target = '0x5FbDB2315678afecb367f032d93F642f64180aa3'
/** Its number was computed with ethers, by the ABI's `abi.encode(address[], uint256[], bytes[], bytes32)`. */
const proposal = {
  proposalId: '9371935345185379343793166486140049551535150959684545659427762634403291463916',
  description: 'Longer quotas\n\nAs discussed — für alle.',
  actions: [
    { target, value: '0', calldata: '0x12345678' },
    { target, value: '7', calldata: '0x' },
  ],
} as const

describe('what a vote is about', () => {
  const shown = (change: object) => isAsShown({ ...proposal, actions: [...proposal.actions], ...change })

  it('is what its number stands for', () => {
    expect(shown({})).to.equal(true)
  })

  it('is not a text or a call that was put in its place', () => {
    const [first, second] = proposal.actions
    expect(shown({ description: 'Longer quotas' })).to.equal(false)
    expect(shown({ proposalId: '1' })).to.equal(false)
    expect(shown({ actions: [first] })).to.equal(false)
    expect(shown({ actions: [second, first] })).to.equal(false)
    expect(shown({ actions: [first, { ...second, value: '8' }] })).to.equal(false)
    expect(shown({ actions: [first, { ...second, target: 'nowhere' }] })).to.equal(false)
  })

  it('is not known where it is too long to be kept', () => {
    expect(shown({ actions: null })).to.equal(undefined)
    expect(shown({ description: null })).to.equal(undefined)
  })
})
