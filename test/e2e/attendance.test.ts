import type { Connection } from '@libp2p/interface'
import { expect } from 'chai'
import { Attendance } from '../../agent/network/attendance.ts'
import type { MeshNode } from '../../agent/network/node.ts'
import { newNode } from '../agent/support/nodes.ts'

interface Startable {
  start(): Promise<void>
  stop(): Promise<void>
}

async function startNode(): Promise<MeshNode> {
  const node = await newNode()
  await node.start()
  node.services.pubsub.subscribe('topic')
  return node
}

describe('attendance', function () {
  this.timeout(30_000)

  it('is tried again where the first attempt failed, so that the peer takes part in gossip', async () => {
    const [busy, other] = await Promise.all([startNode(), startNode()])
    const attendance = new Attendance(other)
    try {
      // Peers that are too busy to answer look just like peers that have no answer.
      const answering = [busy, other].map(({ services }) => services.identify as unknown as Startable)
      await Promise.all(answering.map((service) => service.stop()))
      const opened = new Promise<Connection>((resolve) => {
        busy.addEventListener('connection:open', ({ detail }) => resolve(detail), { once: true })
      })
      const outbound = await other.dial(busy.getMultiaddrs())
      const inbound = await opened
      // These attempts come after libp2p's own, so when they have failed those have too.
      const attempts = await Promise.allSettled([
        other.services.identify.identify(outbound),
        busy.services.identify.identify(inbound),
      ])
      expect(attempts.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected'])
      const { promise: gossips, resolve } = Promise.withResolvers<void>()
      other.services.pubsub.addEventListener('subscription-change', () => resolve(), { once: true })
      expect((await other.peerStore.get(busy.peerId)).protocols).to.deep.equal([])

      await Promise.all(answering.map((service) => service.start()))
      attendance.start()
      await gossips
      expect(other.services.pubsub.getSubscribers('topic').map(String)).to.deep.equal([
        busy.peerId.toString(),
      ])
    } finally {
      attendance.stop()
      await Promise.all([busy.stop(), other.stop()])
    }
  })
})
