import { lpStream } from '@libp2p/utils'
import { expect } from 'chai'
import { type Identity, identityFromKey } from '../../../agent/network/identity.ts'
import { intentTopic, protocolName, RENDEZVOUS, rendezvousNamespace } from '../../../agent/network/names.ts'
import type { MeshNode } from '../../../agent/network/node.ts'
import { PeerScores } from '../../../agent/network/peer-scores.ts'
import { sealPeerRecord } from '../../../agent/network/rendezvous/peer-record.ts'
import { discoverAt, registerAt } from '../../../agent/network/rendezvous/requests.ts'
import { PeerDiscovery } from '../../../agent/protocols/peer-discovery/index.ts'
import { encodeDiscoverAnswer, RENDEZVOUS_PROTOCOL } from '../../../protocol/wire/rendezvous.ts'
import { deployment } from '../../e2e/support/deployment.ts'
import { parameters, rules } from '../../e2e/support/rules.ts'
import { temporaryNodes } from '../support/nodes.ts'
import { until } from '../support/until.ts'

const newIdentity = () => identityFromKey(crypto.getRandomValues(new Uint8Array(32)))
const at = (node: MeshNode) => node.getMultiaddrs().map(String)

describe('PeerDiscovery', function () {
  this.timeout(20_000)
  const start = temporaryNodes()
  const signal = () => AbortSignal.timeout(10_000)
  const running: PeerDiscovery[] = []
  afterEach(() => Promise.all(running.splice(0).map((discovery) => discovery.stop())))

  async function discover(
    node: MeshNode,
    identity: Identity,
    points: string[] = [],
    clock = performance.now.bind(performance),
  ) {
    const scores = new PeerScores(() => parameters.spam)
    const faults: unknown[] = []
    const report = (error: unknown) => faults.push(error)
    const discovery = new PeerDiscovery({ node, identity, deployment, scores, rules, points, report, clock })
    running.push(discovery)
    await discovery.start(['energy'])
    return { discovery, scores, faults }
  }

  async function agent(bootstrapPeers: string[] = []) {
    const identity = newIdentity()
    const node = await start({ identity, bootstrapPeers })
    return { node, identity, ...(await discover(node, identity, bootstrapPeers)) }
  }

  it('serves the namespaces of its own network alone', async () => {
    const point = await agent()
    const identity = newIdentity()
    const node = await start({ identity, bootstrapPeers: at(point.node) })
    await until(() => node.getConnections(point.node.peerId).length > 0)
    const record = await sealPeerRecord(identity.libp2pKey, ['/ip4/192.0.2.1/tcp/4001'])
    const status = async (namespace: string) =>
      (await registerAt(node, point.node.peerId, { namespace, record }, signal())).status
    expect(await status(rendezvousNamespace(deployment))).to.equal('OK')
    expect(await status(rendezvousNamespace(deployment, 'images'))).to.equal('OK')
    const other = { ...deployment, chainId: deployment.chainId + 1 }
    for (const namespace of [
      'my-app',
      `${protocolName(deployment, RENDEZVOUS)}0`,
      rendezvousNamespace(other),
    ]) {
      expect(await status(namespace), namespace).to.equal('E_INVALID_NAMESPACE')
    }
  })

  it('registers at its bootstrap peers under its network, its domains, and what it seeks besides', async () => {
    const point = await agent()
    const newcomer = await agent(at(point.node))
    newcomer.discovery.seek('orders/0x01', 'a topic')
    const witness = await start({ bootstrapPeers: at(point.node) })
    await until(() => witness.getConnections(point.node.peerId).length > 0)
    const namespaces = new Set<string>()
    const deadline = AbortSignal.timeout(10_000)
    while (namespaces.size < 3) {
      const { registrations } = await discoverAt(witness, point.node.peerId, {}, deadline)
      for (const { namespace } of registrations) namespaces.add(namespace)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    expect([...namespaces]).to.have.members([
      rendezvousNamespace(deployment),
      rendezvousNamespace(deployment, 'energy'),
      rendezvousNamespace(deployment, 'orders/0x01'),
    ])
    expect(newcomer.faults).to.deep.equal([])
  })

  it('registers again at a peer that connects anew: it may have been started anew, and have forgotten', async () => {
    const point = await agent()
    const member = await agent(at(point.node))
    const witness = await start({ bootstrapPeers: at(point.node) })
    await until(() => witness.getConnections(point.node.peerId).length > 0)
    const deadline = AbortSignal.timeout(10_000)
    let cookie: Uint8Array | undefined
    const twoMore = async () => {
      for (let count = 0; count < 2; ) {
        const answer = await discoverAt(witness, point.node.peerId, { cookie }, deadline)
        cookie = answer.cookie
        count += answer.registrations.length
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
    await twoMore()
    await point.node.dial(member.node.getMultiaddrs(), { force: true, signal: deadline })
    await twoMore()
  })

  it('dials nobody by a record that was not signed by the peer it names, and blames who told it', async () => {
    const victim = await start()
    const liar = await start()
    const record = await sealPeerRecord(newIdentity().libp2pKey, at(victim).map(withoutPeer))
    record[record.length - 1] = (record.at(-1) ?? 0) ^ 1
    await liar.handle(RENDEZVOUS_PROTOCOL, async (stream) => {
      const frames = lpStream(stream)
      await frames.read({ signal: signal() })
      const registrations = [{ namespace: 'any', record, ttl: 60 }]
      await frames.write(encodeDiscoverAnswer({ status: 'OK', registrations }), { signal: signal() })
    })
    const identity = newIdentity()
    const node = await start({ identity, listen: [], bootstrapPeers: at(liar) })
    const { scores, faults } = await discover(node, identity, at(liar))
    await until(() => scores.scoreOf(liar.peerId.toString()) >= 20)
    expect(faults[0]).to.include({ code: 'SIGNER_MISMATCH', field: 'signedPeerRecord' })
    expect(victim.getConnections()).to.deep.equal([])
  })

  it('blames a peer that answers with something else', async () => {
    const liar = await start()
    await liar.handle(RENDEZVOUS_PROTOCOL, async (stream) => {
      await lpStream(stream).write(Uint8Array.of(0xff), { signal: signal() })
    })
    const { node, faults, scores } = await agent(at(liar))
    await until(() => faults.length > 0)
    expect(faults[0]).to.include({ code: 'MESSAGE_MALFORMED' })
    expect(scores.scoreOf(liar.peerId.toString())).to.be.above(0)
    expect(node.getConnections(liar.peerId)).to.have.length(1)
  })

  it('brings together two cliques of a domain that have but one outsider in common', async () => {
    // A minute passes in each second.
    const clock = () => performance.now() * 60
    async function member() {
      const identity = newIdentity()
      const node = await start({ identity })
      await discover(node, identity, [], clock)
      return node
    }
    async function clique() {
      const members: MeshNode[] = []
      for (let i = 0; i < 5; i++) {
        const node = await member()
        node.services.pubsub.subscribe(intentTopic(deployment, 'energy', ''))
        for (const other of members) await node.dial(other.getMultiaddrs())
        members.push(node)
      }
      return members
    }
    const [one, other, outsider] = [await clique(), await clique(), await member()]
    for (const [node] of [one, other]) await outsider.dial(node?.getMultiaddrs() ?? [])
    const others = new Set(other.map(({ peerId }) => peerId.toString()))
    await until(() => one.some((node) => node.getPeers().some((peer) => others.has(peer.toString()))))
  })
})

function withoutPeer(address: string): string {
  return address.replace(/\/p2p\/.*/, '')
}
