import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import type { PeerId } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { expect } from 'chai'
import { identityFromKey } from '../../../agent/network/identity.ts'
import { temporaryNodes } from '../support/nodes.ts'
import { beginHandshake, type Wire } from '../support/noise-initiator.ts'
import { type Hello, readServerHello } from '../support/quic-hello.ts'

/** Prefix of the first message of Noise XX: 32 bytes follow, an ephemeral key and nothing else. */
const NOISE = Buffer.from('\x07/noise\n')
const LENGTH_BYTES = 2
const KEY_BYTES = 32
/** TLS's name of the group. Source: RFC 8446, 4.2.7. */
const X25519 = 0x001d

describe('the key exchange', function () {
  this.timeout(30_000)
  const start = temporaryNodes()
  const ends: (() => void)[] = []
  after(() => {
    for (const end of ends) end()
  })

  const wires = {
    TCP: ['/ip4/127.0.0.1/tcp/0', openTcp],
    WebSocket: ['/ip4/127.0.0.1/tcp/0/ws', openWebSocket],
  } as const
  for (const [name, [listen, open]] of Object.entries(wires)) {
    it(`over ${name} is that of two ephemeral X25519 keys, new ones for each connection`, async () => {
      const node = await start({ listen: [listen] })
      const port = Number(/tcp\/(\d+)/.exec(String(node.getMultiaddrs()[0]))?.[1])
      const seen = [await beginHandshake(await open(port)), await beginHandshake(await open(port))]
      // That they could be decrypted shows that the keys are what they are said to be.
      for (const { responder, payload } of seen) {
        expect(responder).to.have.length(KEY_BYTES)
        expect(payload.includes(keyOf(node.peerId)), 'it proves who it is').to.equal(true)
      }
      const [first, second] = seen
      expect(first?.responder.equals(second?.responder ?? Buffer.alloc(0))).to.equal(false)
    })
  }

  it('of the same two agents shows other ephemeral keys each time, and never who they are', async () => {
    const dialerKey = crypto.getRandomValues(new Uint8Array(32))
    const listener = await start({ listen: ['/ip4/127.0.0.1/tcp/0'] })
    const tap = await startTap(Number(/tcp\/(\d+)/.exec(String(listener.getMultiaddrs()[0]))?.[1]))
    for (let round = 0; round < 2; round++) {
      const dialer = await start({ listen: [], identity: identityFromKey(dialerKey) })
      await dialer.dial(multiaddr(`/ip4/127.0.0.1/tcp/${tap.port}/p2p/${listener.peerId}`))
      await dialer.stop()
    }
    const sent = tap.recordings.flatMap(({ dialer, listener: answered }) => [dialer, answered])
    expect(sent).to.have.length(4)
    const keys = sent.map(ephemeralKeyOf)
    for (const key of keys) expect(key).to.have.length(KEY_BYTES)
    expect(new Set(keys.map((key) => key.toString('hex'))).size).to.equal(4)
    for (const bytes of sent) {
      expect(bytes.includes(keyOf(identityFromKey(dialerKey).peerId))).to.equal(false)
      expect(bytes.includes(keyOf(listener.peerId))).to.equal(false)
    }
  })

  it('over QUIC is that of two ephemeral X25519 keys too, and no key of before takes part', async () => {
    const identity = identityFromKey(crypto.getRandomValues(new Uint8Array(32)))
    const listener = await start()
    const port = Number(/udp\/(\d+)/.exec(String(listener.getMultiaddrs()[0]))?.[1])
    const hellos: Hello[] = []
    for (let round = 0; round < 2; round++) {
      const tap = await startUdpTap(port)
      const dialer = await start({ listen: [], identity })
      await dialer.dial(multiaddr(`/ip4/127.0.0.1/udp/${tap.port}/quic-v1/p2p/${listener.peerId}`))
      hellos.push(readServerHello(tap.sent[0] ?? Buffer.alloc(0), tap.answered))
      await dialer.stop()
    }
    for (const { group, share, hasPreSharedKey } of hellos) {
      expect({ group, bytes: share.length, hasPreSharedKey }).to.deep.equal({
        group: X25519,
        bytes: KEY_BYTES,
        hasPreSharedKey: false,
      })
    }
    expect(hellos[0]?.share.equals(hellos[1]?.share ?? Buffer.alloc(0))).to.equal(false)
  })

  async function openTcp(port: number): Promise<Wire> {
    const socket = connect(port, '127.0.0.1')
    ends.push(() => socket.destroy())
    await once(socket, 'connect')
    return buffered(
      (bytes) => socket.write(bytes),
      (onData) => socket.on('data', onData),
    )
  }

  async function openWebSocket(port: number): Promise<Wire> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`)
    socket.binaryType = 'arraybuffer'
    ends.push(() => socket.close())
    await once(socket, 'open')
    return buffered(
      (bytes) => socket.send(bytes),
      (onData) => socket.addEventListener('message', ({ data }) => onData(Buffer.from(data))),
    )
  }

  /** Passes one client's datagrams on to a port and back, and records them. */
  async function startUdpTap(port: number) {
    const [sent, answered]: [Buffer[], Buffer[]] = [[], []]
    const [outside, inside] = [createSocket('udp4'), createSocket('udp4')]
    let client = 0
    outside.on('message', (datagram, from) => {
      client = from.port
      sent.push(datagram)
      inside.send(datagram, port, '127.0.0.1')
    })
    inside.on('message', (datagram) => {
      answered.push(datagram)
      outside.send(datagram, client, '127.0.0.1')
    })
    for (const socket of [outside, inside]) {
      ends.push(() => socket.close())
      socket.bind(0, '127.0.0.1')
      await once(socket, 'listening')
    }
    return { port: outside.address().port, sent, answered }
  }

  /** Passes connections on to a port, and records what each side sends. */
  async function startTap(port: number) {
    const recordings: { dialer: Buffer; listener: Buffer }[] = []
    const server: Server = createServer((inbound) => {
      const recording = { dialer: Buffer.alloc(0), listener: Buffer.alloc(0) }
      recordings.push(recording)
      const outbound = connect(port, '127.0.0.1')
      inbound.on('data', (chunk) => {
        recording.dialer = Buffer.concat([recording.dialer, chunk])
      })
      outbound.on('data', (chunk) => {
        recording.listener = Buffer.concat([recording.listener, chunk])
      })
      inbound.pipe(outbound).on('error', () => inbound.destroy())
      outbound.pipe(inbound).on('error', () => outbound.destroy())
    }).listen(0, '127.0.0.1')
    ends.push(() => server.close())
    await once(server, 'listening')
    return { port: (server.address() as AddressInfo).port, recordings }
  }
})

function keyOf({ publicKey }: PeerId): Buffer {
  if (publicKey === undefined) throw new Error('no key')
  return Buffer.from(publicKey.raw)
}

function ephemeralKeyOf(sent: Buffer): Buffer {
  const begin = sent.indexOf(NOISE) + NOISE.length + LENGTH_BYTES
  return sent.subarray(begin, begin + KEY_BYTES)
}

/** Reads of an exact length from chunks of any. */
function buffered(write: Wire['write'], subscribe: (onData: (chunk: Buffer) => void) => void): Wire {
  let received = Buffer.alloc(0)
  let wake = () => {}
  subscribe((chunk) => {
    received = Buffer.concat([received, chunk])
    wake()
  })
  return {
    write,
    async read(length) {
      while (received.length < length) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      const bytes = received.subarray(0, length)
      received = received.subarray(length)
      return bytes
    },
  }
}
