import type { Stream } from '@libp2p/interface'
import { expect } from 'chai'
import { temporaryNodes } from '../support/nodes.ts'
import { until } from '../support/until.ts'

const HOP = '/libp2p/circuit/relay/0.2.0/hop'
const STOP = '/libp2p/circuit/relay/0.2.0/stop'
const SIGNALING = '/webrtc-signaling/0.0.1'

describe('guards of streams', function () {
  this.timeout(30_000)
  const start = temporaryNodes()

  it('let nobody but a node’s own relays have it reserve somewhere, and announce it', async () => {
    const [victim, attacker] = await Promise.all([start(), start()])
    let reservations = 0
    await attacker.handle(HOP, (stream) => {
      reservations += 1
      stream.abort(new Error('asked'))
    })
    const before = victim.getMultiaddrs().map(String)
    await attacker.dial(victim.getMultiaddrs())
    await ended(attacker.dialProtocol(victim.peerId, STOP))
    // What the victim would ask for, it would have asked for before it answers this.
    await attacker.services.ping.ping(victim.peerId)
    expect(reservations).to.equal(0)
    expect(victim.getMultiaddrs().map(String)).to.deep.equal(before)
  })

  it('let as many WebRTC handshakes of a peer run at a time as are bounded, and others when they are over', async () => {
    const [victim, attacker] = await Promise.all([start({ webrtc: true }), start()])
    await attacker.dial(victim.getMultiaddrs())
    const open = () => attacker.dialProtocol(victim.peerId, SIGNALING)
    const streams = [await open(), await open()]
    await ended(open())
    expect(streams.map(({ status }) => status)).to.deep.equal(['open', 'open'])
    for (const stream of streams) stream.abort(new Error('enough'))
    // The victim learns of it a little later.
    const isSignaling = ({ protocol }: Stream) => protocol === SIGNALING
    await until(() => !victim.getConnections(attacker.peerId)[0]?.streams.some(isSignaling))
    const again = await open()
    await attacker.services.ping.ping(victim.peerId)
    expect(again.status).to.equal('open')
  })
})

/** Over QUIC a stream that the other side resets ends for reading alone; a reset may overtake the answer that opens it. */
async function ended(opening: Promise<Stream>): Promise<void> {
  try {
    for await (const _ of await opening);
  } catch {
    // A reset is an end like any other.
  }
}
