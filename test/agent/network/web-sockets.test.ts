import { once } from 'node:events'
import { type ClientRequest, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { expect } from 'chai'
import type { MeshNode } from '../../../agent/network/node.ts'
import { type Relay, startRelay } from '../../../agent/network/relay.ts'
import { chunksOf } from '../../../agent/network/streams.ts'
import { temporaryNodes } from '../support/nodes.ts'
import { until } from '../support/until.ts'

const PROTOCOL = '/test/1'
const MEGABYTE = 1 << 20
/** Binary, the last fragment or not; masked, without a mask that changes anything. */
const frame = (payload: Uint8Array, { fin = true, opcode = 2 } = {}) => {
  const header = Buffer.alloc(14)
  header[0] = (fin ? 0x80 : 0) | opcode
  header[1] = 0x80 | 127
  header.writeBigUInt64BE(BigInt(payload.length), 2)
  return Buffer.concat([header, payload])
}

describe('WebSockets', function () {
  this.timeout(30_000)
  const start = temporaryNodes()
  const sockets: Socket[] = []
  let node: MeshNode
  let relay: Relay

  before(async () => {
    node = await start({ listen: ['/ip4/127.0.0.1/tcp/0/ws'] })
    const key = crypto.getRandomValues(new Uint8Array(32))
    relay = await startRelay({ key, host: '127.0.0.1', port: 0, stunPort: 0 })
  })
  after(async () => {
    for (const socket of sockets) socket.destroy()
    await relay.stop()
  })

  const portOf = (addresses: readonly unknown[]) => Number(/tcp\/(\d+)\/ws/.exec(addresses.join())?.[1])
  const portOfNode = () => portOf(node.getMultiaddrs())

  function askAt(port: number, headers: Record<string, string> = {}): ClientRequest {
    const key = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64')
    return request({
      ...{ host: '127.0.0.1', port },
      headers: {
        ...{ connection: 'Upgrade', upgrade: 'websocket' },
        ...{ 'sec-websocket-version': '13', 'sec-websocket-key': key, ...headers },
      },
    }).end()
  }

  /** A socket that has become a WebSocket and has said nothing yet. */
  async function upgrade(port: number): Promise<Socket> {
    const [, socket] = await once(askAt(port), 'upgrade')
    socket.on('error', () => undefined).resume()
    sockets.push(socket)
    return socket
  }

  /** What a socket that asks for a WebSocket is answered. */
  async function statusOf(port: number, headers: Record<string, string>): Promise<number> {
    const asking = askAt(port, headers)
    const [{ statusCode = 0 }, socket] = await Promise.race([
      once(asking, 'upgrade'),
      once(asking, 'response'),
    ])
    socket?.destroy()
    return statusCode
  }

  /** Milliseconds until the other side has ended a socket, which never agrees to that. */
  async function untilGone(socket: Socket): Promise<number> {
    const before = performance.now()
    // What it is told by then, such as that it was reset, is all the same.
    await new Promise((resolve) => socket.once('close', resolve))
    return performance.now() - before
  }

  for (const [who, port] of [
    ['an agent', portOfNode],
    ['a relay', () => portOf(relay.multiaddrs)],
  ] as const) {
    it(`take no message of a size that none has, whole or in parts, from whoever is unknown to ${who}`, async () => {
      const whole = await upgrade(port())
      const parts = await upgrade(port())
      whole.write(frame(new Uint8Array(95_000_000)).subarray(0, MEGABYTE))
      const part = new Uint8Array(60_000)
      for (let i = 0; i < 20; i++) parts.write(frame(part, { fin: false, opcode: i === 0 ? 2 : 0 }))
      const times = await Promise.all([whole, parts].map(untilGone))
      // Whoever says nothing has ten seconds.
      for (const time of times) expect(time).to.be.lessThan(5_000)
    })
  }

  it('carry what is larger than one of their messages, there and back', async () => {
    const dialler = await start({ listen: [] })
    await node.handle(PROTOCOL, async (stream) => {
      for await (const chunk of chunksOf(stream)) {
        if (!stream.send(chunk)) await once(stream, 'drain')
      }
      await stream.close()
    })
    const stream = await dialler.dialProtocol(node.getMultiaddrs(), PROTOCOL)
    const sent = new Uint8Array(4 * MEGABYTE).map((_, index) => (index * 7) % 251)
    const reading = (async () => {
      const chunks: Uint8Array[] = []
      for await (const chunk of chunksOf(stream)) chunks.push(chunk)
      return chunks
    })()
    if (!stream.send(sent)) await once(stream, 'drain')
    await stream.close()
    expect(Buffer.concat(await reading).equals(sent)).to.equal(true)
  })

  it('are refused to pages that do not come from this machine, unless their origin is named', async () => {
    const choosy = await start({
      listen: ['/ip4/127.0.0.1/tcp/0/ws'],
      webSocketOrigins: ['https://app.example.org'],
    })
    const open = await start({ listen: ['/ip4/127.0.0.1/tcp/0/ws'], webSocketOrigins: ['*'] })
    const own = ['http://localhost:5173', 'http://127.0.0.1:8080', 'http://[::1]', 'https://a.localhost']
    const foreign = [
      ...['https://evil.example', 'http://localhost.evil.example', 'http://127.0.0.1.evil.example'],
      ...['null', 'http://192.168.1.2', 'file://', 'nonsense', 'https://app.example.org.evil.example'],
    ]
    const answers = async (addresses: readonly unknown[], origins: string[]) => {
      const port = portOf(addresses)
      const statuses = origins.map((origin) => statusOf(port, { origin }))
      return [...new Set(await Promise.all(statuses))]
    }
    expect(await answers(node.getMultiaddrs(), own)).to.deep.equal([101])
    expect(await answers(node.getMultiaddrs(), [...foreign, 'https://app.example.org'])).to.deep.equal([401])
    expect(await answers(choosy.getMultiaddrs(), [...own, 'https://app.example.org'])).to.deep.equal([101])
    expect(await answers(choosy.getMultiaddrs(), foreign)).to.deep.equal([401])
    expect(await answers(open.getMultiaddrs(), foreign)).to.deep.equal([101])
    expect(await answers(relay.multiaddrs, foreign), 'at a relay, which is there for all').to.deep.equal([
      101,
    ])
  })

  it('that say nothing leave room for others of this machine', async () => {
    const victim = await start({ listen: ['/ip4/127.0.0.1/tcp/0/ws', '/ip4/127.0.0.1/tcp/0'] })
    const port = portOf(victim.getMultiaddrs())
    await Promise.all(Array.from({ length: 256 }, () => upgrade(port)))
    const tcp = victim.getMultiaddrs().filter((address) => !address.toString().includes('/ws'))
    const signal = AbortSignal.timeout(8_000)
    const { status } = await (await start({ listen: [] })).dial(tcp, { signal })
    expect(status).to.equal('open')
  })

  it('are cut off when nobody says who they are, polite or not', async () => {
    const before = performance.now()
    const mute = connect(portOfNode(), '127.0.0.1')
    const halfway = connect(portOfNode(), '127.0.0.1')
    halfway.write('GET / HTTP/1.1\r\n')
    for (const socket of [mute, halfway]) sockets.push(socket.on('error', () => undefined).resume())
    const silent = await upgrade(portOfNode())
    await Promise.all([mute, halfway, silent].map(untilGone))
    expect(performance.now() - before).to.be.lessThan(14_000)
  })

  it('end with a frame that is against their protocol, and nothing else does', async () => {
    const socket = await upgrade(portOfNode())
    const gone = untilGone(socket)
    // Reserved bits, which nobody has agreed on.
    socket.write(Uint8Array.of(0xf2, 0x80, 0, 0, 0, 0))
    expect(await gone).to.be.lessThan(5_000)
    const { status } = await (await start({ listen: [] })).dial(node.getMultiaddrs())
    expect(status).to.equal('open')
  })

  it('end when the connection is cut off that they carry', async () => {
    const dialler = await start({ listen: [] })
    const connection = await dialler.dial(node.getMultiaddrs())
    await until(() => node.getConnections(dialler.peerId).length === 1)
    const gone = once(connection, 'close')
    for (const each of node.getConnections(dialler.peerId)) each.abort(new Error('a reason'))
    await gone
    expect(dialler.getConnections(node.peerId)).to.have.length(0)
  }).timeout(5_000)
})
