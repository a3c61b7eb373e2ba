import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { noise } from '@chainsafe/libp2p-noise'
import { quic } from '@chainsafe/libp2p-quic'
import { yamux } from '@chainsafe/libp2p-yamux'
import { circuitRelayTransport } from '@libp2p/circuit-relay-v2'
import { identify } from '@libp2p/identify'
import type { Libp2p } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'chai'
import { createLibp2p } from 'libp2p'
import type { MeshNode } from '../../../agent/network/node.ts'
import { type Relay, type RelayInit, startRelay } from '../../../agent/network/relay.ts'
import { openStream } from '../../../agent/network/streams.ts'
import { ConfigError } from '../../../protocol/errors.ts'
import { temporaryNodes } from '../support/nodes.ts'
import { until } from '../support/until.ts'

const newKey = () => crypto.getRandomValues(new Uint8Array(32))
const LOCAL = { host: '127.0.0.1', port: 0, stunPort: 0 }

describe('a relay', function () {
  this.timeout(30_000)
  const start = temporaryNodes()
  const relays: Relay[] = []
  const plainNodes: Libp2p[] = []
  after(() => Promise.all([...relays, ...plainNodes].map((one) => one.stop())))

  /** Asks once for a reservation, and is as cheap as can be. */
  async function plainNode(relay: string): Promise<Libp2p> {
    const node = await createLibp2p({
      addresses: { listen: [`${relay}/p2p-circuit`] },
      transports: [quic(), circuitRelayTransport()],
      transportManager: { faultTolerance: 1 },
      connectionGater: { denyDialMultiaddr: () => false },
      connectionEncrypters: [noise()],
      streamMuxers: [yamux()],
      services: { identify: identify() },
    })
    plainNodes.push(node)
    return node
  }

  async function serve(init: Partial<RelayInit> = {}): Promise<Relay> {
    const relay = await startRelay({ key: newKey(), ...LOCAL, ...init })
    relays.push(relay)
    return relay
  }

  const behind = async (relay: Relay): Promise<MeshNode> =>
    start({ listen: [], relays: relay.multiaddrs.slice(0, 1), webrtc: false })

  const isReserved = (node: MeshNode) => () =>
    node.getMultiaddrs().some((address) => address.toString().includes('/p2p-circuit/'))

  it('is where a node that nobody can dial is reached; what is known of that node leads through it alone', async () => {
    const relay = await serve()
    const hidden = await behind(relay)
    await until(isReserved(hidden))
    expect(relay.reservations).to.equal(1)
    for (const address of hidden.getMultiaddrs()) expect(address.toString()).to.include('/p2p-circuit/')

    const dialer = await start({ listen: [] })
    const connection = await dialer.dial(hidden.getMultiaddrs())
    expect(connection.remotePeer.toString()).to.equal(hidden.peerId.toString())
    expect(connection.limits, 'what goes through a relay is limited').to.not.equal(undefined)
    expect(connection.encryption).to.equal('/noise')
  })

  it('carries streams that are opened by name of the peer, on the connection that there is', async () => {
    const hidden = await behind(await serve())
    await until(isReserved(hidden))
    const received = Promise.withResolvers<string>()
    await hidden.handle(
      '/test/1',
      (stream) =>
        stream.addEventListener('message', ({ data }) =>
          received.resolve(Buffer.from(data.subarray()).toString()),
        ),
      { runOnLimitedConnection: true },
    )
    const dialer = await start({ listen: [] })
    const signal = AbortSignal.timeout(10_000)
    const endpoints = hidden.getMultiaddrs().map((address) => address.toString().replace(/\/p2p\/[^/]+$/, ''))
    for (const text of ['first', 'second']) {
      const stream = await openStream(dialer, hidden.peerId, '/test/1', { signal, endpoints })
      stream.send(Buffer.from(text))
      if (text === 'first') expect(await received.promise).to.equal('first')
    }
    expect(dialer.getConnections(hidden.peerId)).to.have.length(1)
  })

  it('has as many reservations as it was told, and no more', async () => {
    const relay = await serve({ maxReservations: 1 })
    const first = await behind(relay)
    await until(isReserved(first))
    const second = await behind(relay)
    await until(() => second.getConnections(relay.peerId).length > 0)
    const refused = await second
      .dial(multiaddr(relay.multiaddrs[0] ?? ''))
      .then((connection) => connection.remotePeer.toString())
    expect(refused).to.equal(relay.peerId.toString())
    expect(relay.reservations).to.equal(1)
    expect(isReserved(second)()).to.equal(false)
  })

  it('keeps reservations for others when many come from one address', async () => {
    const relay = await serve()
    const [address = ''] = relay.multiaddrs
    for (let count = 0; count < 33; count++) {
      // It takes no more than 20 new connections a second from one address either.
      if (count === 17) await sleep(1_100)
      const node = await plainNode(address)
      if (count < 32) expect(node.getMultiaddrs(), `reservation ${count}`).to.not.have.length(0)
      else expect(node.getMultiaddrs()).to.have.length(0)
    }
    expect(relay.reservations).to.equal(32)
  })

  it('ends a connection that carries more than a few deals need', async () => {
    const hidden = await behind(await serve())
    await until(isReserved(hidden))
    let received = 0
    await hidden.handle(
      '/test/1',
      (stream) =>
        stream.addEventListener('message', ({ data }) => {
          received += data.byteLength
        }),
      { runOnLimitedConnection: true },
    )
    const dialer = await start({ listen: [] })
    const connection = await dialer.dial(hidden.getMultiaddrs())
    const stream = await connection.newStream('/test/1', { runOnLimitedConnection: true })
    const chunk = new Uint8Array(64 * 1024)
    const sending = (async () => {
      for (let sent = 0; sent < 64; sent++) {
        stream.send(chunk)
        await sleep(5)
      }
    })()
    const error = await sending.catch((reason: Error) => reason)
    expect(error, 'it cannot be sent to any more').to.be.instanceOf(Error)
    await until(() => connection.status !== 'open')
    expect(received).to.be.within(2 ** 19, 2 ** 20)
  })

  it('is reserved at anew by itself when it comes back at the same addresses', async () => {
    const key = newKey()
    const relay = await serve({ key })
    const hidden = await behind(relay)
    await until(isReserved(hidden))
    const [address = ''] = relay.multiaddrs
    await relay.stop()
    relays.splice(relays.indexOf(relay), 1)
    await until(() => !isReserved(hidden)())
    const port = Number(/\/udp\/(\d+)\//.exec(address)?.[1])
    const again = await serve({ key, port })
    expect(again.multiaddrs).to.include(address)
    await until(isReserved(hidden))
    expect(again.reservations).to.equal(1)
  })

  it('tells by STUN from which address it was asked', async () => {
    const relay = await serve()
    const [url = ''] = relay.stunServers
    expect(relay.stunServers).to.have.length(1)
    const socket = createSocket('udp4')
    socket.bind(0, '127.0.0.1')
    await once(socket, 'listening')
    const request = Buffer.from(`000100002112a442${'ab'.repeat(12)}`, 'hex')
    // Lost packets are the client's to repeat: what is no request gets no answer, and holds nothing up.
    socket.send(Buffer.from('hello'), Number(url.split(':')[2]), '127.0.0.1')
    socket.send(request, Number(url.split(':')[2]), '127.0.0.1')
    const [answer] = (await once(socket, 'message')) as [Buffer]
    const { port } = socket.address()
    socket.close()
    expect(answer.subarray(0, 2).toString('hex')).to.equal('0101')
    expect(answer.readUInt16BE(26) ^ 0x2112).to.equal(port)
    expect(answer.readUInt32BE(28) ^ 0x2112a442).to.equal(0x7f000001)
  })

  it('says which setting is at fault when it cannot listen, and leaves nothing running', async () => {
    const relay = await serve()
    const stunPort = Number(relay.stunServers[0]?.split(':')[2])
    const wrong: [Partial<RelayInit>, string][] = [
      [{ stunPort }, 'RELAY_CANNOT_LISTEN'],
      [{ host: '192.0.2.200' }, 'RELAY_CANNOT_LISTEN'],
      [{ publicHost: 'relay.example.org' }, 'RELAY_PORT_UNKNOWN'],
    ]
    for (const [init, code] of wrong) {
      const error = await serve(init).catch((reason: unknown) => reason)
      expect(error).to.be.instanceOf(ConfigError).that.includes({ code })
    }
  })

  it('tells its public name where it has one, and keeps its peer id as long as its key', async () => {
    const key = newKey()
    const port = 40_000 + Math.floor(Math.random() * 10_000)
    const relay = await serve({ key, port, publicHost: 'relay.example.org' })
    const id = relay.peerId.toString()
    expect(relay.multiaddrs).to.deep.equal([
      `/dns/relay.example.org/udp/${port}/quic-v1/p2p/${id}`,
      `/dns/relay.example.org/tcp/${port}/p2p/${id}`,
      `/dns/relay.example.org/tcp/${port + 1}/ws/p2p/${id}`,
    ])
    expect(relay.stunServers[0]).to.match(/^stun:relay\.example\.org:\d+$/)
    expect(id).to.match(/^12D3KooW/)
  })
})
