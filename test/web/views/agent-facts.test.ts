import { expect } from 'chai'
import type { AgentView } from '../../../web/api/views.ts'
import {
  attributeText,
  capabilitiesOf,
  chosen,
  decimalText,
  lockedOf,
  purposeOf,
  stakeOf,
  titleOf,
} from '../../../web/views/agents/agent-facts.ts'

const stake = (staked: string, locked = '0') => ({
  ...{ module: '0x1', staked, locked, queued: '0', free: staked },
})
function agent(agentId: string, uri: string, more: Partial<AgentView> = {}): AgentView {
  return {
    ...{
      agentId,
      uri,
      owner: `0xA${agentId}`,
      wallet: null,
      bound: false,
      registeredAt: '',
      registeredBlock: 1,
    },
    ...{ registeredTx: '0x', stakes: [], capability: null },
    reputation: { score: String(5n * 10n ** 17n), counted: 0, feedbacks: 0 },
    ...more,
  } as AgentView
}
const reputation = (tenths: number, counted = 1) => ({
  ...{ score: String(BigInt(tenths) * 10n ** 17n), counted, feedbacks: counted },
})
const capability = (...names: string[]) => ({
  capability: { capabilities: names.map((name) => ({ name, version: '', model: '', attributes: [] })) },
})

describe('facts about agents', () => {
  const few = [
    agent('2', 'data:,b', { reputation: reputation(9), stakes: [stake('5')] as never }),
    agent('10', 'data:,a10', { reputation: reputation(1), stakes: [stake('7'), stake('1')] as never }),
    agent('9', 'data:,a9', capability('energy.supply') as never),
  ]
  const ids = (agents: readonly AgentView[]) => agents.map(({ agentId }) => agentId)

  it('are sorted by numbers as numbers', () => {
    expect(ids(chosen(few, '', 'newest'))).to.deep.equal(['10', '9', '2'])
    expect(ids(chosen(few, '', 'name'))).to.deep.equal(['9', '10', '2'])
    expect(ids(chosen(few, '', 'reputation'))).to.deep.equal(['2', '9', '10'])
    expect(ids(chosen(few, '', 'stake'))).to.deep.equal(['10', '2', '9'])
  })

  it('are found by name, number, address and capability, in any case', () => {
    expect(ids(chosen(few, ' A9 ', 'newest'))).to.deep.equal(['9'])
    expect(ids(chosen(few, '#10', 'newest'))).to.deep.equal(['10'])
    expect(ids(chosen(few, '0xa2', 'newest'))).to.deep.equal(['2'])
    expect(ids(chosen(few, 'ENERGY', 'newest'))).to.deep.equal(['9'])
    expect(chosen(few, 'nobody', 'newest')).to.deep.equal([])
  })

  it('add stakes up, and name what has no name', () => {
    expect(stakeOf({ stakes: [stake('5', '2'), stake('7', '3')] as never })).to.equal(12n)
    expect(lockedOf({ stakes: [stake('5', '2'), stake('7', '3')] as never })).to.equal(5n)
    expect(titleOf({ uri: 'https://agents.example/1', agentId: '1' })).to.equal('Agent 1')
    expect(capabilitiesOf(capability('a', 'b', 'a') as never)).to.deep.equal(['a', 'b'])
  })

  it('say what a stake is for by its contract, whatever the case of its address', () => {
    const contracts = { intentEscrow: '0xAb', arbitration: '0xCd' } as never
    expect(purposeOf('0xab', contracts)).to.equal('Trades')
    expect(purposeOf('0xcd', contracts)).to.equal('Jury duty')
    expect(purposeOf('0xef', contracts)).to.equal(undefined)
  })

  it('put attributes into words', () => {
    expect(attributeText({ name: 'seats', type: 'range', min: '0', max: '4' })).to.equal('seats: 0 to 4')
    expect(attributeText({ name: 'source', type: 'set', values: ['solar', 'wind'] })).to.equal(
      'source: solar, wind',
    )
    expect(attributeText({ name: 'at', type: 'span', from: '0', to: '99999999999999999' })).to.equal(
      'at: 1970-01-01 00:00 to second 99999999999999999',
    )
  })

  it('place a decimal point', () => {
    expect(['40', '-7', '123'].map((value) => decimalText(value, 2))).to.deep.equal(['0.40', '−0.07', '1.23'])
    expect(decimalText('-7', 0)).to.equal('-7')
  })
})
