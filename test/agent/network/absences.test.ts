import { expect } from 'chai'
import { Absences } from '../../../agent/network/absences.ts'
import { identityFromKey } from '../../../agent/network/identity.ts'
import { openStream } from '../../../agent/network/streams.ts'
import { newIdentity } from '../support/intents.ts'
import { newNode, temporaryNodes } from '../support/nodes.ts'
import { until } from '../support/until.ts'

const MINUTE = 60_000
const PROTOCOL = '/test/1'

describe('whoever could not be reached', () => {
  const { address, peerId } = newIdentity()
  const other = newIdentity()
  let time = 0
  const remember = () => new Absences({ events: new EventTarget() as never }, () => time)

  it('is away for ten minutes', () => {
    const absences = remember()
    expect(absences.has(address)).to.equal(false)
    absences.missed(peerId)
    expect([absences.has(address), absences.hasPeer(peerId)]).to.deep.equal([true, true])
    expect([absences.has(other.address), absences.hasPeer(other.peerId)]).to.deep.equal([false, false])
    time += 10 * MINUTE
    expect(absences.has(address)).to.equal(false)
  })

  it('is back when it was reached, or signed something since', () => {
    time = 100_000
    const absences = remember()
    absences.missed(peerId)
    absences.heard(address, 99n)
    expect(absences.has(address), 'what it said before says nothing').to.equal(true)
    absences.heard(address, 100n)
    expect(absences.has(address)).to.equal(false)
    absences.missed(peerId)
    absences.reached(peerId)
    expect(absences.has(address)).to.equal(false)
  })

  it('is forgotten when more than a thousand others were missed since', () => {
    const absences = remember()
    absences.missed(peerId)
    for (let count = 1; count <= 1_000; count++) {
      const key = new Uint8Array(32)
      new DataView(key.buffer).setUint32(28, count)
      absences.missed(identityFromKey(key).peerId)
    }
    expect(absences.has(address)).to.equal(false)
  }).timeout(20_000)
})

describe('opening a stream', function () {
  this.timeout(20_000)
  const start = temporaryNodes()

  it('tells that a peer is gone, and that it is back when it connects', async () => {
    const node = await start()
    const identity = newIdentity()
    const peer = await newNode({ identity })
    await peer.start()
    await peer.handle(PROTOCOL, () => {})
    const addresses = peer.getMultiaddrs()
    const endpoints = addresses.map((each) => each.toString().replace(`/p2p/${peer.peerId}`, ''))
    const { absences } = node.services
    const open = (signal: AbortSignal) =>
      openStream(node, peer.peerId, PROTOCOL, { signal, endpoints }).catch((error: unknown) => error)
    await open(AbortSignal.timeout(5_000))
    expect(absences.has(identity.address)).to.equal(false)
    await peer.stop()
    await node.hangUp(peer.peerId)
    const giveUp = new AbortController()
    const attempt = open(giveUp.signal)
    giveUp.abort(new Error('not wanted any more'))
    await attempt
    expect(absences.has(identity.address), 'who gives up learns nothing').to.equal(false)
    await open(AbortSignal.timeout(500))
    expect(absences.has(identity.address)).to.equal(true)
    const again = await start({ identity })
    await again.dial(node.getMultiaddrs())
    await until(() => !absences.has(identity.address))
  })

  it('does not take a peer for gone that does not speak the protocol', async () => {
    const [node, peer] = [await start(), await start()]
    await node.dial(peer.getMultiaddrs())
    const error = await openStream(node, peer.peerId, PROTOCOL, { signal: AbortSignal.timeout(5_000) }).catch(
      (reason: unknown) => reason,
    )
    expect(error).to.include({ name: 'UnsupportedProtocolError' })
    expect(node.services.absences.hasPeer(peer.peerId)).to.equal(false)
  })
})
