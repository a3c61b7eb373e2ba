import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import type { Stream } from '@libp2p/interface'
import { expect } from 'chai'
import { chunksOf, openStream } from '../../../agent/network/streams.ts'
import { temporaryNodes } from '../support/nodes.ts'

const PROTOCOL = '/test/1'

describe('opening a stream', function () {
  this.timeout(20_000)
  const start = temporaryNodes()

  const transports = { TCP: 'tcp/0', QUIC: 'udp/0/quic-v1', WebSockets: 'tcp/0/ws' }
  for (const [name, port] of Object.entries(transports)) {
    const listen = `/ip4/127.0.0.1/${port}`
    it(`dials over ${name}, and leaves the connection open`, async () => {
      const [node, peer] = [await start({ listen: [] }), await start({ listen: [listen] })]
      await peer.handle(PROTOCOL, () => {})
      const endpoints = peer.getMultiaddrs().map((address) => address.toString().replace(/\/p2p\/.*/, ''))
      const signal = AbortSignal.timeout(15_000)
      const stream = await openStream(node, peer.peerId, PROTOCOL, { signal, endpoints })
      await node.services.ping.ping(peer.peerId)
      expect(stream.status).to.equal('open')
      expect(node.getConnections(peer.peerId).map(({ status }) => status)).to.deep.equal(['open'])
    })
  }
})

describe('opening a stream to a peer that has moved', function () {
  this.timeout(20_000)
  const start = temporaryNodes()

  it('takes the connection that it makes meanwhile', async () => {
    const [node, peer] = [await start(), await start()]
    await peer.handle(PROTOCOL, () => {})
    // Where it was, nobody answers.
    const silence = createSocket('udp4')
    silence.bind(0, '127.0.0.1')
    await once(silence, 'listening')
    const asked = once(silence, 'message')
    const opening = openStream(node, peer.peerId, PROTOCOL, {
      signal: AbortSignal.timeout(15_000),
      endpoints: [`/ip4/127.0.0.1/udp/${silence.address().port}/quic-v1`],
    })
    await asked
    await peer.dial(node.getMultiaddrs())
    expect((await opening).status).to.equal('open')
    silence.close()
  })
})

describe('what comes over a stream', function () {
  this.timeout(20_000)
  const start = temporaryNodes()

  /** A stream from one node to another, and its other end. */
  async function connect(): Promise<{ from: Stream; to: Stream }> {
    const [dialler, listener] = [await start(), await start()]
    const { promise, resolve } = Promise.withResolvers<Stream>()
    await listener.handle(PROTOCOL, resolve)
    const from = await dialler.dialProtocol(listener.getMultiaddrs(), PROTOCOL)
    return { from, to: await promise }
  }

  async function read(stream: Stream): Promise<number[]> {
    const bytes: number[] = []
    for await (const chunk of chunksOf(stream)) bytes.push(...chunk)
    return bytes
  }

  it('is all that was sent, also when its end came before anybody read', async () => {
    const { from, to } = await connect()
    const closed = once(to, 'remoteCloseWrite')
    from.send(Uint8Array.of(1, 2, 3))
    await from.close()
    await closed
    expect(await read(to)).to.deep.equal([1, 2, 3])
    expect(await read(to), 'and nothing when it was read').to.deep.equal([])
  })

  it('ends when nothing was sent at all', async () => {
    const { from, to } = await connect()
    const closed = once(to, 'remoteCloseWrite')
    await from.close()
    await closed
    expect(await read(to)).to.deep.equal([])
  })

  it('ends while it is waited for', async () => {
    const { from, to } = await connect()
    const reading = read(to)
    from.send(Uint8Array.of(1))
    await from.close()
    expect(await reading).to.deep.equal([1])
  })

  it('fails as the stream does', async () => {
    const { to } = await connect()
    const reading = read(to).catch((error: unknown) => error)
    const fault = new Error('enough')
    to.abort(fault)
    expect(await reading).to.equal(fault)
  })
})
