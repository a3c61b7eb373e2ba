import { expect } from 'chai'
import { asInvoked, invocation } from '../../cli/invocation.ts'

describe('the name of the command in what it prints', () => {
  it('is how it was called', () => {
    expect(invocation({})).to.equal('mesh')
    expect(invocation({ npm_lifecycle_event: 'test', MESH_LAUNCHER_PID: '1' })).to.equal('mesh')
    for (const script of ['mesh', 'start']) {
      const clone = { npm_lifecycle_event: script, MESH_LAUNCHER_PID: '1' }
      expect(invocation(clone)).to.equal('npm run -s mesh --')
    }
    expect(invocation({ npm_command: 'exec', npm_lifecycle_event: 'npx' })).to.equal('npx mesh')
  })

  it('stands in examples, usages and between back-quotes, and nowhere else', () => {
    const name = 'npx mesh'
    expect(asInvoked('Usage: mesh up [options]', name)).to.equal('Usage: npx mesh up [options]')
    expect(asInvoked("  $ echo '{}' | mesh learn aggregate -", name)).to.include('| npx mesh learn')
    expect(asInvoked('Begin one with `mesh up`.', name)).to.equal('Begin one with `npx mesh up`.')
    expect(asInvoked('source <(mesh completion bash)', name)).to.equal('source <(npx mesh completion bash)')
    expect(asInvoked('agents find one another in the mesh by gossip', name)).to.include('the mesh by gossip')
    expect(asInvoked('.mesh/network.json, @mesh/sdk', name)).to.equal('.mesh/network.json, @mesh/sdk')
    expect(asInvoked('`mesh up`', 'mesh')).to.equal('`mesh up`')
  })
})
