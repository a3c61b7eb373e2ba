import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect } from 'chai'
import { agentHome } from '../../../agent/platform/home.ts'

describe('agentHome', () => {
  it('is one place below the home of whoever runs the agent', () => {
    for (const env of [{}, { MESH_HOME: '' }]) expect(agentHome(env)).to.equal(join(homedir(), '.mesh-agent'))
  })

  it('is where MESH_HOME says, wherever the process goes from here', () => {
    expect(agentHome({ MESH_HOME: join(homedir(), 'keys') })).to.equal(join(homedir(), 'keys'))
    expect(agentHome({ MESH_HOME: 'keys' })).to.equal(resolve('keys'))
  })
})
