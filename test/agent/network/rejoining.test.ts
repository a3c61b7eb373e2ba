import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'chai'
import { identityFromKey } from '../../../agent/network/identity.ts'
import { untilGossip } from '../../../agent/network/joining.ts'
import type { MeshNode } from '../../../agent/network/node.ts'
import { openPeerStore } from '../../../agent/network/peer-store.ts'
import { deployment } from '../../e2e/support/deployment.ts'
import { temporaryNodes } from '../support/nodes.ts'
import { startRsaPeer } from '../support/rsa-peer.ts'
import { temporaryPaths } from '../support/temporary.ts'
import { until } from '../support/until.ts'

const newIdentity = () => identityFromKey(crypto.getRandomValues(new Uint8Array(32)))
const at = (node: MeshNode) => node.getMultiaddrs().map(String)
/** Where it listened, to listen there again. */
const placeOf = (node: MeshNode) => at(node).map((address) => address.replace(/\/p2p\/.*/, ''))

describe('a node', function () {
  this.timeout(40_000)
  const start = temporaryNodes()
  const path = temporaryPaths()

  it('dials its bootstrap peers, and one that comes back at the same address, whoever else is there', async () => {
    const identity = newIdentity()
    const [first, other] = await Promise.all([start({ identity }), start()])
    const node = await start({ bootstrapPeers: [...at(first), ...at(other)] })
    const isThere = () => node.getConnections(identity.peerId).length > 0
    await until(() => isThere() && node.getConnections(other.peerId).length > 0)
    const listen = placeOf(first)
    await first.stop()
    await until(() => !isThere())
    await start({ identity, listen })
    await until(isThere)
    expect(node.getConnections(other.peerId)).to.have.length(1)
  })

  it('that has nobody left goes back to peers that it met, though nobody named them to it', async () => {
    const [hub, identity] = [await start(), newIdentity()]
    const met = await start({ identity })
    const node = await start({ bootstrapPeers: at(hub) })
    await dialAndIdentify(node, met)
    await until(() => node.getConnections(hub.peerId).length > 0)
    const listen = placeOf(met)
    await Promise.all([hub.stop(), met.stop()])
    await until(() => node.getConnections().length === 0)
    await start({ identity, listen })
    await until(() => node.getConnections(identity.peerId).length > 0)
  })

  it('finds its peers again after a restart by what stands on disk alone', async () => {
    const peer = await start()
    const [folder, identity] = [path('peers'), newIdentity()]
    const earlier = await openPeerStore(folder)
    const before = await start({ identity, datastore: earlier })
    await dialAndIdentify(before, peer)
    await before.stop()
    await earlier.close()

    const later = await openPeerStore(folder)
    const node = await start({ identity, datastore: later })
    await until(() => node.getConnections(peer.peerId).length > 0)
    await node.stop()
    await later.close()
  })

  it('dials the addresses that it was given for a bootstrap peer before those that it remembers of it', async () => {
    const silent = await Promise.all([silentSocket(), silentSocket()])
    const peer = await start({ listen: ['/ip4/127.0.0.1/tcp/0'] })
    const datastore = await openPeerStore(path('peers'))
    const remembering = await start({ datastore })
    const gone = silent.map(({ port }) => multiaddr(`/ip4/127.0.0.1/udp/${port}/quic-v1`))
    await remembering.peerStore.merge(peer.peerId, { multiaddrs: gone })
    await remembering.stop()

    const node = await start({ datastore, bootstrapPeers: at(peer) })
    await until(() => node.getConnections(peer.peerId).length > 0)
    expect(silent.map(({ heard }) => heard())).to.deep.equal([0, 0])
    await node.stop()
    await datastore.close()
    for (const { close } of silent) close()
  })

  it('connects to a bootstrap peer with an RSA key, and does not wait for it to gossip', async () => {
    const rsa = await startRsaPeer()
    try {
      const bootstrapPeers = rsa.getMultiaddrs().map(String)
      expect(bootstrapPeers[0]).to.match(/\/p2p\/Qm\w{44}$/)
      const node = await start({ bootstrapPeers })
      await untilGossip(node, { network: deployment, bootstrapPeers }, AbortSignal.timeout(30_000))
      expect(node.getConnections(rsa.peerId)).to.have.length(1)
    } finally {
      await rsa.stop()
    }
  })
})

/** A port where a peer listened once: nothing is answered, and nothing refused. */
async function silentSocket() {
  const socket = createSocket('udp4')
  let datagrams = 0
  socket.on('message', () => datagrams++)
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return { port: socket.address().port, heard: () => datagrams, close: () => socket.close() }
}

/** Dials a peer and waits until it has said where it listens. */
async function dialAndIdentify(node: MeshNode, peer: MeshNode): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  node.addEventListener('peer:identify', ({ detail }) => detail.peerId.equals(peer.peerId) && resolve())
  await node.dial(peer.getMultiaddrs())
  await promise
}
