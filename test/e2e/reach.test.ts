import { expect } from 'chai'
import { addressOfPeer, identityFromKey } from '../../agent/network/identity.ts'
import { createNode } from '../../agent/network/node.ts'
import { PeerScores } from '../../agent/network/peer-scores.ts'
import { IntentDiscovery } from '../../agent/protocols/intent-discovery/index.ts'
import { meshDomain } from '../../protocol/deployment.ts'
import { hashIntent } from '../../protocol/eip712.ts'
import { encodeIntent } from '../../protocol/wire/bodies.ts'
import { encodeSigned } from '../../protocol/wire/gossip.ts'
import { deployment } from './support/deployment.ts'
import { energyIntent } from './support/market.ts'
import { parameters, rules } from './support/rules.ts'

const AREA = '871fae6e2ffffff'

async function startNode() {
  const identity = identityFromKey(crypto.getRandomValues(new Uint8Array(32)))
  const scores = new PeerScores(() => parameters.spam)
  const node = await createNode({
    identity,
    deployment,
    scores,
    hasStake: () => false,
    listen: ['/ip4/127.0.0.1/udp/0/quic-v1'],
    bootstrapPeers: [],
    dhtServer: false,
    mdns: false,
  })
  const intents = new IntentDiscovery({
    node,
    identity,
    scores,
    rules,
    deployment,
    domain: meshDomain(deployment),
    now: () => BigInt(Math.floor(Date.now() / 1000)),
    report: () => undefined,
  })
  await node.start()
  intents.join('energy', AREA)
  return { node, identity, intents }
}

describe('intents', function () {
  this.timeout(30_000)

  it('reach agents that are no neighbours of the publisher, and prove who and where it is', async () => {
    const line = await Promise.all(Array.from({ length: 5 }, startNode))
    try {
      for (const [index, { node }] of line.entries()) {
        const next = line[index + 1]
        if (next !== undefined) await node.dial(next.node.getMultiaddrs())
      }
      const [first, last] = [line.at(0), line.at(-1)]
      if (first === undefined || last === undefined) throw new Error('no line')
      for (const { node } of line) {
        const { pubsub } = node.services
        while (pubsub.getSubscribers(pubsub.getTopics()[0] ?? '').length === 0) {
          await new Promise((resolve) =>
            pubsub.addEventListener('subscription-change', resolve, { once: true }),
          )
        }
      }
      const heard = new Promise<Awaited<ReturnType<typeof first.intents.publish>>>((resolve) => {
        last.intents.subscribe(resolve)
      })
      const now = BigInt(Math.floor(Date.now() / 1000))
      const sent = await first.intents.publish({
        ...energyIntent(250n),
        agent: first.identity.address,
        area: AREA,
        expiry: now + 60n,
        nonce: 1n,
        endpoints: ['/ip4/127.0.0.1/udp/4001/quic-v1'],
      })
      const received = await heard
      expect(last.node.getConnections(first.node.peerId), 'they are not connected').to.deep.equal([])
      expect(received.hash).to.equal(sent.hash)
      expect(received.value).to.deep.equal(sent.value)
      expect(received.peerId.toString()).to.equal(first.node.peerId.toString())
      expect(addressOfPeer(first.node.peerId)).to.equal(first.identity.address)
    } finally {
      await Promise.all(line.map(({ node }) => node.stop()))
    }
  })

  it('arrive when a neighbour sends many of them in one bundle, which may be larger than any one message', async () => {
    const [sender, receiver] = await Promise.all([startNode(), startNode()])
    try {
      await sender.node.dial(receiver.node.getMultiaddrs())
      const { pubsub } = sender.node.services
      const [topic = ''] = pubsub.getTopics()
      while (pubsub.getSubscribers(topic).length === 0) {
        await new Promise((resolve) =>
          pubsub.addEventListener('subscription-change', resolve, { once: true }),
        )
      }
      const now = BigInt(Math.floor(Date.now() / 1000))
      const messages = Array.from({ length: 60 }, (_, index) => {
        const intent = {
          ...energyIntent(250n),
          start: BigInt(index),
          agent: sender.identity.address,
          area: AREA,
          expiry: now + 60n,
          nonce: BigInt(index),
          endpoints: ['/ip4/127.0.0.1/udp/4001/quic-v1', '/ip4/127.0.0.1/tcp/4001', 'x'.repeat(200)],
        }
        const signature = sender.identity.sign(hashIntent(meshDomain(deployment), intent))
        return { topic, data: encodeSigned(encodeIntent(intent), signature) }
      })
      const size = messages.reduce((sum, { data }) => sum + data.length, 0)
      expect(size).to.be.greaterThan(parameters.spam.maxMessageBytes)
      const heard = new Promise<void>((resolve) => {
        receiver.intents.subscribe(() => receiver.intents.open().length === messages.length && resolve())
      })
      // gossipsub bundles of itself, when it answers a neighbour that asks for what it has missed.
      const bundling = pubsub as unknown as {
        sendRpc(peer: string, rpc: { messages: typeof messages }): boolean
      }
      const peer = receiver.node.peerId.toString()
      // False while the stream to the neighbour is not open yet.
      while (!bundling.sendRpc(peer, { messages })) await new Promise((resolve) => setTimeout(resolve, 20))
      await heard
      expect(receiver.node.services.pubsub.getSubscribers(topic).map(String)).to.deep.equal([
        sender.node.peerId.toString(),
      ])
    } finally {
      await Promise.all([sender.node.stop(), receiver.node.stop()])
    }
  })
})
