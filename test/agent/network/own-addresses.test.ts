import { expect } from 'chai'
import { temporaryNodes } from '../support/nodes.ts'
import { temporaryPaths } from '../support/temporary.ts'

describe('a node that listens at a Unix socket', function () {
  this.timeout(20_000)
  const start = temporaryNodes()
  const path = temporaryPaths()

  it('is there for whoever is led to it, and starts', async () => {
    const socket = `/unix/${encodeURIComponent(path('node.sock'))}`
    const node = await start({ listen: [socket] })
    expect(node.getMultiaddrs().map(String)).to.deep.equal([`${socket}/p2p/${node.peerId}`])
  })
})
