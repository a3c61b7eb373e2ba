import { expect } from 'chai'
import { EVERYWHERE } from '../../agent/network/areas.ts'
import { addressOfPeer } from '../../agent/network/identity.ts'
import { intentTopic } from '../../agent/network/names.ts'
import { meshDomain } from '../../protocol/deployment.ts'
import { hashIntent } from '../../protocol/eip712.ts'
import { encodeIntent } from '../../protocol/wire/bodies.ts'
import { encodeSigned } from '../../protocol/wire/gossip.ts'
import { untilHeard } from '../agent/support/nodes.ts'
import { deployment } from './support/deployment.ts'
import { startListener } from './support/listener.ts'
import { energyIntent } from './support/market.ts'
import { parameters } from './support/rules.ts'

const AREA = '871fae6e2ffffff'
const TOPIC = intentTopic(deployment, 'energy', EVERYWHERE)
const join = () => startListener(AREA)

describe('intents', function () {
  this.timeout(30_000)

  it('reach agents that are no neighbours of the publisher, and prove who and where it is', async () => {
    const line = await Promise.all(Array.from({ length: 5 }, join))
    try {
      for (const [index, { node }] of line.entries()) {
        const next = line[index + 1]
        if (next !== undefined) await node.dial(next.node.getMultiaddrs())
      }
      const [first, last] = [line.at(0), line.at(-1)]
      if (first === undefined || last === undefined) throw new Error('no line')
      for (const { node } of line) await untilHeard(node, TOPIC)
      const heard = new Promise<Awaited<ReturnType<typeof first.intents.publish>>>((resolve) => {
        last.intents.subscribe(resolve)
      })
      const now = BigInt(Math.floor(Date.now() / 1000))
      const { replay: _, ...wish } = energyIntent(250n)
      const sent = await first.intents.publish({
        ...wish,
        agent: first.identity.address,
        area: AREA,
        expiry: now + 60n,
        nonce: 1n,
        endpoints: ['/ip4/127.0.0.1/udp/4001/quic-v1'],
        attributes: [],
      })
      const received = await heard
      expect(last.node.getConnections(first.node.peerId), 'they are not connected').to.deep.equal([])
      expect(received.hash).to.equal(sent.hash)
      expect(received.value).to.deep.equal(sent.value)
      expect(received.peerId.toString()).to.equal(first.node.peerId.toString())
      expect(addressOfPeer(first.node.peerId)).to.equal(first.identity.address)
    } finally {
      await Promise.all(line.map((listener) => listener.stop()))
    }
  })

  it('arrive when a neighbour sends many of them in one bundle, which may be larger than any one message', async () => {
    const [sender, receiver] = await Promise.all([join(), join()])
    try {
      await sender.node.dial(receiver.node.getMultiaddrs())
      const { pubsub } = sender.node.services
      await untilHeard(sender.node, TOPIC)
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
          attributes: [],
        }
        const signature = sender.identity.sign(hashIntent(meshDomain(deployment), intent))
        return { topic: TOPIC, data: encodeSigned(encodeIntent(intent), signature) }
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
      expect(receiver.node.services.pubsub.getSubscribers(TOPIC).map(String)).to.deep.equal([
        sender.node.peerId.toString(),
      ])
    } finally {
      await Promise.all([sender.stop(), receiver.stop()])
    }
  })
})
