import type { Stream } from '@libp2p/interface'
import { expect } from 'chai'
import { protocolName, rendezvousNamespace } from '../../agent/network/names.ts'
import { sealPeerRecord } from '../../agent/network/rendezvous/peer-record.ts'
import { registerAt } from '../../agent/network/rendezvous/requests.ts'
import { PROTOCOL } from '../../agent/protocols/agent-discovery/constants.ts'
import type { FoundAgent } from '../../agent/protocols/agent-discovery/index.ts'
import { PeerDiscovery } from '../../agent/protocols/peer-discovery/index.ts'
import { until } from '../agent/support/until.ts'
import { deployment } from './support/deployment.ts'
import { type Finder, finders } from './support/finder.ts'
import { rules } from './support/rules.ts'

const namesOf = (found: FoundAgent[]) => found.map(({ record }) => record.value.agent).toSorted()
const addressesOf = (...finders: Finder[]) => finders.map(({ identity }) => identity.address).toSorted()
const protocol = protocolName(deployment, PROTOCOL)
const FX = 'data.fx'

describe('agent discovery among agents that come, go and crash', function () {
  this.timeout(60_000)
  const start = finders()
  const join = (...domains: string[]) => start({ domains })

  it('does not wait for those that are silent before it asks the next', async () => {
    const asker = await join('energy')
    const others = await Promise.all(Array.from({ length: 4 }, () => join('data')))
    for (const other of others) await asker.connect(other)
    /** Questions that are not answered, and that nobody has given up. */
    let waiting = 0
    const beSilent = async (stream: Stream) => {
      waiting += 1
      // Over QUIC a stream that the other side resets ends for reading alone.
      for await (const _ of stream);
      waiting -= 1
    }
    for (const other of others.slice(0, 3)) {
      await other.node.unhandle(protocol)
      await other.node.handle(protocol, (stream) => void beSilent(stream).catch(() => waiting--))
    }
    const last = others.slice(3)
    for (const other of last) await other.publish([FX])
    for await (const agent of asker.agents.find({ capabilities: ['data.fx'], limit: 1 })) {
      expect(namesOf([agent])).to.deep.equal(addressesOf(...last))
      expect(waiting, 'still asked').to.equal(3)
      return
    }
    expect.fail('nobody was found')
  })

  it('learns more than it wants at first, so that it need not use the same few again and again', async () => {
    const [asker, first] = [await join(), await join('data')]
    const others = await Promise.all(Array.from({ length: 4 }, () => join('data')))
    await asker.connect(first)
    for (const other of others) await other.connect(first)
    for (const other of others) await first.hears(await other.publish([FX]))
    expect(await asker.agents.discover({ capabilities: ['data.fx'], limit: 1 })).to.have.length(1)
    await first.stop()
    const all = await asker.agents.discover('data.fx')
    expect(namesOf(all)).to.deep.equal(addressesOf(...others))
  })

  it('finds those that can be reached before those that crashed, and these still when there is nobody else', async () => {
    const asker = await join('data')
    const [crashed, alive] = [await join('data'), await join('data')]
    for (const other of [crashed, alive]) {
      await asker.connect(other)
      const endpoints = other.node.getMultiaddrs().map((each) => String(each).replace(/\/p2p\/.*/, ''))
      await asker.hears(await other.publish([FX], { endpoints }))
    }
    await crashed.stop()
    await until(() => asker.node.getConnections(crashed.node.peerId).length === 0)
    const { absences } = asker.node.services
    const one = () => asker.agents.discover({ capabilities: ['data.fx'], limit: 1 })
    // Nobody has missed it, so that it is found first as often as the other.
    expect(absences.has(crashed.identity.address)).to.equal(false)
    // A search for all asks it, too.
    await asker.agents.discover('data.fx')
    expect(absences.has(crashed.identity.address)).to.equal(true)
    for (let count = 0; count < 5; count++) expect(namesOf(await one())).to.deep.equal(addressesOf(alive))
    const [first, last] = await asker.agents.discover('data.fx')
    expect([first, last].map((each) => each?.record.value.agent)).to.deep.equal([
      alive.identity.address,
      crashed.identity.address,
    ])
  })

  it('asks those who registered for a domain when no neighbour is in it, and there is no DHT', async () => {
    const [asker, between, member] = [await join('energy'), await join('energy'), await join('data')]
    await asker.connect(between)
    await member.connect(between)
    const { identity, node, scores } = between
    const point = new PeerDiscovery({
      ...{ node, identity, deployment, scores, rules, points: [] },
      report: () => undefined,
    })
    await point.start([])
    try {
      expect(await asker.agents.discover('data.fx')).to.deep.equal([])
      await member.publish([FX])
      const record = await sealPeerRecord(
        member.identity.libp2pKey,
        member.node.getMultiaddrs().map((each) => String(each).replace(/\/p2p\/.*/, '')),
      )
      const namespace = rendezvousNamespace(deployment, 'data')
      await registerAt(member.node, between.node.peerId, { namespace, record }, AbortSignal.timeout(5_000))
      expect(namesOf(await asker.agents.discover('data.fx'))).to.deep.equal(addressesOf(member))
    } finally {
      await point.stop()
    }
  })

  it('tells whoever joins of those that did so before, and each half of a split network of the other', async () => {
    const [a, b] = [await join('data'), await join('data')]
    const [c, d] = [await join('data'), await join('data')]
    // Two halves, each of which has heard its own.
    await a.connect(b)
    await c.connect(d)
    await b.hears(await a.publish([FX]))
    await a.hears(await b.publish([FX]))
    await d.hears(await c.publish([FX]))
    await c.hears(await d.publish([FX]))
    const heard = new Map([a, b, c, d].map((finder) => [finder, new Set<string>()]))
    for (const [finder, agents] of heard) finder.agents.subscribe(({ value }) => void agents.add(value.agent))
    await b.connect(c)
    // Those in the middle ask one another, and pass on what is news.
    await until(() => heard.get(a)?.has(d.identity.address) === true)
    await until(() => heard.get(d)?.has(a.identity.address) === true)
    const late = await join('data')
    const told = new Set<string>()
    late.agents.subscribe(({ value }) => void told.add(value.agent))
    await late.publish([FX])
    await late.connect(b)
    await until(() => told.size === 4)
    expect([...told].toSorted()).to.deep.equal(addressesOf(a, b, c, d))
  })
})
