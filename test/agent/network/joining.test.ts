import { createServer } from 'node:net'
import { expect } from 'chai'
import { untilGossip } from '../../../agent/network/joining.ts'
import { capabilityTopic, presenceTopic, protocolName } from '../../../agent/network/names.ts'
import type { MeshNode, NodeInit } from '../../../agent/network/node.ts'
import { TimeoutError } from '../../../protocol/errors.ts'
import { deployment } from '../../e2e/support/deployment.ts'
import { newIdentity } from '../support/intents.ts'
import { temporaryNodes } from '../support/nodes.ts'
import { startRsaPeer } from '../support/rsa-peer.ts'

const LISTEN = ['/ip4/127.0.0.1/udp/0/quic-v1', '/ip4/127.0.0.1/tcp/0', '/ip4/127.0.0.1/tcp/0/ws']
const ELSEWHERE = { ...deployment, chainId: 5 }
const at = (node: MeshNode) => node.getMultiaddrs().map(String)
/** The same addresses with the id of nobody. */
const misnamed = (node: MeshNode) =>
  at(node).map((address) => address.replace(/p2p\/.*/, `p2p/${newIdentity().peerId}`))

describe('who joins by its bootstrap peers', function () {
  this.timeout(20_000)
  const start = temporaryNodes()
  /** A node of an agent: it speaks a protocol of its network, and listens to a topic. */
  async function startAgent(init: Partial<NodeInit> = {}): Promise<MeshNode> {
    const node = await start({ listen: LISTEN, ...init })
    const network = init.deployment ?? deployment
    await node.handle(protocolName(network, { name: 'agents', version: 1 }), (stream) => stream.close())
    node.services.pubsub.subscribe(presenceTopic(network))
    return node
  }
  const joins = async (bootstrapPeers: string[], init: Partial<NodeInit> = {}, patience = 10_000) =>
    untilGossip(
      await startAgent({ bootstrapPeers, ...init }),
      { network: deployment, bootstrapPeers },
      AbortSignal.timeout(patience),
    )
  const refusal = (joining: Promise<void>): Promise<Error> =>
    joining.then(
      () => expect.fail('it joined'),
      (error: Error) => error,
    )

  LISTEN.forEach((_, index) => {
    it(`is told at once that another peer is at ${LISTEN[index]}`, async () => {
      const peer = await startAgent()
      const error = await refusal(joins([misnamed(peer)[index] ?? '']))
      expect(error).to.be.instanceOf(TimeoutError).that.includes({ code: 'NO_PEERS' })
      expect((error as TimeoutError).received).to.match(
        new RegExp(`^16U\\w+: another peer answers there, ${peer.peerId}$`),
      )
    })
  })

  it('is told at once that they are in another network', async () => {
    const peer = await startAgent({ deployment: ELSEWHERE })
    const error = await refusal(joins(at(peer)))
    expect(error).to.have.property('received', `${peer.peerId}: it is in another network`)
  })

  it('is told at once that it dials no such address', async () => {
    const { peerId } = newIdentity()
    const error = await refusal(joins([`/ip4/127.0.0.1/tcp/1/http/p2p/${peerId}`]))
    expect(error).to.have.property('received', `${peerId}: this node dials no such address`)
  })

  it('waits for one that is only not up yet', async () => {
    const identity = newIdentity()
    const port = await freePort()
    const other = await startAgent()
    const listen = [`/ip4/127.0.0.1/tcp/${port}`]
    const address = `${listen[0]}/p2p/${identity.peerId}`
    const bootstrapPeers = [...misnamed(other), address]
    const node = await startAgent({ bootstrapPeers })
    const { rejoining } = node.services
    const refused = new Promise<void>((resolve) => {
      rejoining.on('failure', (peer) => peer === identity.peerId.toString() && resolve())
    })
    const joined = untilGossip(node, { network: deployment, bootstrapPeers }, AbortSignal.timeout(15_000))
    await refused
    expect(rejoining.failures.get(identity.peerId.toString())?.reason).to.include('ECONNREFUSED')
    await startAgent({ identity, listen })
    await joined
  })

  it('goes on by those that do not gossip, where the others have failed', async () => {
    const [wrong, silent] = [await startAgent(), await startRsaPeer()]
    try {
      await joins([...misnamed(wrong), ...silent.getMultiaddrs().map(String)])
    } finally {
      await silent.stop()
    }
  })

  it('waits where it may still be found by multicast', async () => {
    const peer = await startAgent()
    const error = await refusal(joins(misnamed(peer), { mdns: true }, 2_000))
    expect(error).to.have.property('name', 'TimeoutError')
    expect(error).to.not.be.instanceOf(TimeoutError)
  })

  it('waits where it remembers others', async () => {
    const [peer, known] = [await startAgent(), await startAgent()]
    const bootstrapPeers = misnamed(peer)
    const node = await startAgent({ bootstrapPeers })
    await node.peerStore.merge(known.peerId, { multiaddrs: known.getMultiaddrs() })
    known.services.pubsub.subscribe(capabilityTopic(deployment, 'energy', ''))
    await untilGossip(node, { network: deployment, bootstrapPeers }, AbortSignal.timeout(10_000))
    expect(node.getConnections(known.peerId)).to.have.length(1)
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}
