import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect } from 'chai'
import { AddressLimits, type ConnectionLimits } from '../../../agent/network/address-limits.ts'
import type { MeshNode } from '../../../agent/network/node.ts'
import { newNode } from '../support/nodes.ts'

describe('limits of connections per address', function () {
  this.timeout(30_000)
  const nodes: MeshNode[] = []
  const sockets: Socket[] = []

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy()
    await Promise.all(nodes.splice(0).map((node) => node.stop()))
  })

  async function start(connectionLimits?: Partial<ConnectionLimits>): Promise<MeshNode> {
    const listen = ['/ip4/127.0.0.1/udp/0/quic-v1', '/ip4/127.0.0.1/tcp/0']
    const node = await newNode({ connectionLimits, listen })
    nodes.push(node)
    await node.start()
    return node
  }

  /** How many of so many newcomers are connected for good. */
  async function swarm(victim: MeshNode, size: number, transport: 'tcp' | 'quic-v1'): Promise<MeshNode[]> {
    const target = victim.getMultiaddrs().filter((address) => address.toString().includes(`/${transport}`))
    const newcomers = await Promise.all(Array.from({ length: size }, () => start()))
    for (const node of newcomers)
      await node.dial(target, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
    // Over QUIC the dialler has its connection before it is refused, or before the other side has it.
    const isUndecided = (node: MeshNode) =>
      node.getConnections(victim.peerId).length !== victim.getConnections(node.peerId).length
    while (newcomers.some(isUndecided)) await new Promise((resolve) => setTimeout(resolve, 20))
    return newcomers.filter((node) => victim.getConnections(node.peerId).length > 0)
  }

  for (const transport of ['tcp', 'quic-v1'] as const) {
    it(`let no more in from one address than they say, over ${transport}, until some have left`, async () => {
      const victim = await start({ perAddress: 3, exempt: [] })
      const connected = await swarm(victim, 6, transport)
      expect(connected).to.have.length(3)
      const [leaver] = connected
      const left = once(victim, 'peer:disconnect')
      await leaver?.hangUp(victim.peerId)
      await left
      expect(await swarm(victim, 2, transport), 'one place is free again').to.have.length(1)
    })
  }

  it('leave loopback alone where nothing else is said', async () => {
    const victim = await start({ perAddress: 1, pendingPerAddress: 1 })
    expect(await swarm(victim, 4, 'tcp')).to.have.length(4)
  })

  it('close handshakes beyond their number, and forget those that ended', async () => {
    const victim = await start({ pendingPerAddress: 2, exempt: [] })
    const port = Number(/tcp\/(\d+)/.exec(victim.getMultiaddrs().join())?.[1])
    const silent = async () => {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined)
      sockets.push(socket)
      // Who is let in hears the first words of the handshake, or nothing; who is not, the end.
      return new Promise<string>((resolve) => {
        socket.once('data', () => resolve('open'))
        socket.once('close', () => resolve('closed'))
        setTimeout(resolve, 500, 'open')
      })
    }
    expect(await silent()).to.equal('open')
    expect(await silent()).to.equal('open')
    expect(await silent()).to.equal('closed')
    expect(await swarm(victim, 1, 'tcp'), 'while both places are taken').to.have.length(0)
    for (const socket of sockets.splice(0)) socket.destroy()
    const deadline = Date.now() + 5_000
    let isIn = false
    while (!isIn && Date.now() < deadline) isIn = (await swarm(victim, 1, 'tcp')).length > 0
    expect(isIn, 'once they are free').to.equal(true)
  })

  it('are refused where they make no sense', () => {
    for (const limits of [{ perAddress: 0 }, { pendingPerAddress: 1.5 }, { exempt: ['home'] }]) {
      expect(() => new AddressLimits(limits))
        .to.throw()
        .with.property('code', 'CONNECTION_LIMITS_INVALID')
    }
  })
})
