import { expect } from 'chai'
import type { AgentView } from '../../web/api/views.ts'
import { namedBy } from '../../web/format/names.ts'
import { actionText } from '../../web/views/governance/decode-action.ts'

const [VICTIM, OWNER, KEY] = [`0x${'0a'.repeat(20)}`, `0x${'0b'.repeat(20)}`, `0x${'0C'.repeat(20)}`]

const agent = (agentId: string, name: string, owner: string, wallet: string | null) =>
  ({ agentId, owner, wallet, uri: `data:,${name}` }) as AgentView

describe('names of accounts', () => {
  it('are those of the agents that they speak for, and of those that they own', () => {
    const names = namedBy([agent('1', 'solar', OWNER, KEY)])
    expect(names.get(KEY.toLowerCase())).to.deep.equal({ id: '1', name: 'solar' })
    expect(names.get(OWNER)).to.deep.equal({ id: '1', name: 'solar' })
  })

  it('are not given by others who give them an agent', () => {
    expect(namedBy([agent('1', 'thief', VICTIM, null)]).get(VICTIM)).to.equal(undefined)
    const own = agent('2', 'home', VICTIM, VICTIM)
    for (const all of [
      [own, agent('1', 'thief', VICTIM, null)],
      [own, agent('3', 'other', VICTIM, KEY)],
      [agent('3', 'other', VICTIM, KEY), own],
    ]) {
      expect(namedBy(all).get(VICTIM)?.name).to.equal('home')
    }
  })
})

describe('what a proposal would do', () => {
  it('names a contract of nobody known by its whole address', () => {
    const target = `0x5FbD${'00'.repeat(16)}0aa3`
    const text = actionText({ target, calldata: '0x12345678', value: '0' }, {} as never)
    expect(text).to.equal(`${target} is called with 0x12345678`)
  })
})
