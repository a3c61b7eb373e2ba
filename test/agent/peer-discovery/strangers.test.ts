import { expect } from 'chai'
import type { MeshNode } from '../../../agent/network/node.ts'
import {
  MAX_BUSY_STRANGERS,
  MAX_STRANGERS,
  MEETING,
} from '../../../agent/protocols/peer-discovery/constants.ts'
import { Strangers } from '../../../agent/protocols/peer-discovery/strangers.ts'
import { temporaryNodes } from '../support/nodes.ts'
import { until } from '../support/until.ts'

const PROTOCOL = '/test/1'

describe('Strangers', function () {
  this.timeout(20_000)
  const start = temporaryNodes()
  const { signal } = new AbortController()
  let node: MeshNode
  let needed: Set<string>
  let now: number
  let strangers: Strangers

  beforeEach(async () => {
    node = await start()
    needed = new Set()
    now = 0
    strangers = new Strangers(
      node,
      (peer) => needed.has(peer),
      () => now,
    )
  })

  async function meet(): Promise<MeshNode> {
    const stranger = await start()
    const { streams } = await node.dial(stranger.getMultiaddrs())
    await until(() => streams.length > 0 && streams.every(({ protocol }) => isGossip(protocol)))
    await strangers.keep(stranger.peerId, signal)
    return stranger
  }
  async function meetMany(count: number): Promise<MeshNode[]> {
    const met: MeshNode[] = []
    for (let i = 0; i < count; i++) met.push(await meet())
    return met
  }
  const isGossip = (protocol: string) => node.services.pubsub.protocols.includes(protocol)
  const linked = (met: MeshNode[]) => met.map(({ peerId }) => node.getConnections(peerId).length > 0)
  const use = async (stranger: MeshNode) => {
    await stranger.handle(PROTOCOL, () => undefined)
    await node.dialProtocol(stranger.peerId, PROTOCOL)
  }

  it('are so many at a time, of whom the oldest goes', async () => {
    const met = await meetMany(MAX_STRANGERS + 1)
    expect(linked(met)).to.deep.equal([false, ...Array(MAX_STRANGERS).fill(true)])
  })

  it('that left by themselves push nobody out', async () => {
    const met = await meetMany(MAX_STRANGERS)
    await node.hangUp(met[3]?.peerId ?? node.peerId)
    met.push(await meet())
    expect(linked(met)).to.deep.equal([true, true, true, false, true])
  })

  it('stay who are needed, or in use for more than gossip', async () => {
    const met = await meetMany(MAX_STRANGERS)
    needed.add(met[0]?.peerId.toString() ?? '')
    await use(met[1] ?? node)
    met.push(await meet())
    expect(linked(met)).to.deep.equal([true, true, false, true, true])
  })

  it('are met again and again, but not while very many are in use', async () => {
    const isMet = () => {
      now += 2 * MEETING
      return strangers.isDue()
    }
    expect([strangers.isDue(), isMet(), strangers.isDue(), isMet()]).to.deep.equal([false, true, false, true])
    for (let i = 0; i < MAX_BUSY_STRANGERS; i++) await use(await meet())
    expect(isMet()).to.equal(false)
    await node.hangUp([...node.getPeers()][0] ?? node.peerId)
    expect(isMet()).to.equal(true)
  })
})
