import { connect, createServer, type Socket } from 'node:net'
import type { PeerId, Stream } from '@libp2p/interface'
import { protocolName } from '../../agent/network/names.ts'
import { Channel } from '../../agent/protocols/channels/index.ts'
import { NEGOTIATION } from '../../agent/protocols/negotiation/index.ts'
import type { NegotiationMessage } from '../../protocol/wire/frames.ts'
import { encodeFrame } from '../../protocol/wire/frames.ts'
import { deployment, ECHO, echo, LISTEN, startNode } from './nodes.ts'
import { inMilliseconds, spreadOf, timed } from './statistics.ts'

/** Rounds of one request each of all rivals in turn, so that what disturbs one disturbs the others. */
const ROUNDS = 3_000
const WARM_UP = 500

const MESSAGE: NegotiationMessage = {
  type: 'settled',
  agreementId: `0x${'0a'.repeat(32)}`,
  transaction: `0x${'0b'.repeat(32)}`,
}

/** A request and its answer on a stream that is kept open, beside a bare libp2p stream and a bare socket. */
export async function requests() {
  const [server, client] = [await startNode([LISTEN.QUIC]), await startNode([])]
  const protocol = protocolName(deployment, { name: 'bench', version: 1 })
  await server.handle(protocol, async (stream, { remotePeer }) => {
    await channelOf(stream, remotePeer)
      .read()
      .catch(() => undefined)
  })
  const addresses = server.getMultiaddrs()
  const channel = channelOf(await client.dialProtocol(addresses, protocol), server.peerId)
  const reading = channel.read().catch(() => undefined)
  const stream = await client.dialProtocol(addresses, ECHO)
  const frame = encodeFrame({ id: 1n, replyTo: 0n, message: MESSAGE })
  const socket = await openSocket()
  const rivals = {
    'agent: request on a channel': () => channel.request(MESSAGE),
    'raw libp2p stream, kept open': () => echo(stream, frame),
    'raw TCP socket': () => socket.ask(frame),
  }
  const times = Object.fromEntries(Object.keys(rivals).map((name) => [name, [] as number[]]))
  for (let round = 0; round < WARM_UP + ROUNDS; round++) {
    for (const [name, ask] of Object.entries(rivals)) {
      const time = await timed(ask)
      if (round >= WARM_UP) times[name]?.push(time)
    }
  }
  socket.close()
  channel.close()
  await Promise.all([client.stop(), server.stop()])
  await reading
  const raw = spreadOf(times['raw libp2p stream, kept open'] ?? [])
  return Object.entries(times).map(([what, values]) => {
    const spread = spreadOf(values)
    return { what, ...inMilliseconds(spread), 'of raw libp2p': (spread.p50 / raw.p50).toFixed(2) }
  })

  /** Both ends of a channel: the one that is asked answers with the same message. */
  function channelOf(end: Stream, peer: PeerId): Channel<NegotiationMessage> {
    const ofPeer: Channel<NegotiationMessage> = new Channel(
      peer,
      end,
      NEGOTIATION,
      async ({ id, message }) => void ofPeer.send(message, id),
      () => {},
      () => {},
    )
    return ofPeer
  }
}

async function openSocket() {
  const server = createServer((end) => end.setNoDelay().pipe(end))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const socket: Socket = await new Promise((resolve) => {
    const opened = connect(port, '127.0.0.1', () => resolve(opened.setNoDelay()))
  })
  return {
    ask: (bytes: Uint8Array) =>
      new Promise((resolve) => {
        socket.once('data', resolve)
        socket.write(bytes)
      }),
    close() {
      socket.destroy()
      server.close()
    },
  }
}
