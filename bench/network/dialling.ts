import { connect, createServer, type Socket } from 'node:net'
import type { Multiaddr } from '@multiformats/multiaddr'
import type { Libp2p } from 'libp2p'
import { ECHO, echo, LISTEN, startNode, startRaw } from './nodes.ts'
import { inMilliseconds, spreadOf, timed } from './statistics.ts'

const RUNS = 15
const QUESTION = new Uint8Array(32)
/** How long one dial may take, in milliseconds. */
const TIMEOUT = 10_000

/** From nothing to the first answer: dial, handshake, stream, question, answer. Every run has a new dialler. */
export async function dialling() {
  const rows = []
  for (const [transport, address] of Object.entries(LISTEN)) {
    const ours = await measure([address], (listen) => startNode(listen, { webrtc: true }))
    const raw = await measure([address], startRaw)
    const row = (what: string, values: number[], rival: number[]) => ({
      transport,
      what,
      ...inMilliseconds(spreadOf(values)),
      'of raw': (spreadOf(values).p50 / spreadOf(rival).p50).toFixed(2),
    })
    rows.push(row('agent (secp256k1)', ours, raw), row('raw libp2p (Ed25519)', raw, raw))
  }
  rows.push({
    transport: 'TCP',
    what: 'raw socket',
    ...inMilliseconds(spreadOf(await sockets())),
    'of raw': '',
  })
  return rows
}

async function measure(listen: string[], start: (listen: string[]) => Promise<Libp2p>): Promise<number[]> {
  const listener = await start(listen)
  const times = []
  for (let run = 0; run < RUNS; run++) {
    const dialler = await start([])
    times.push(await timed(() => ask(dialler, listener.getMultiaddrs())))
    await dialler.stop()
  }
  await listener.stop()
  return times
}

async function ask(dialler: Libp2p, addresses: Multiaddr[]): Promise<void> {
  const stream = await dialler.dialProtocol(addresses, ECHO, { signal: AbortSignal.timeout(TIMEOUT) })
  await echo(stream, QUESTION)
}

async function sockets(): Promise<number[]> {
  const server = createServer((socket) => socket.pipe(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const times = []
  for (let run = 0; run < RUNS; run++) {
    let socket: Socket | undefined
    times.push(
      await timed(
        () =>
          new Promise((resolve, reject) => {
            socket = connect(port, '127.0.0.1', () => socket?.write(QUESTION))
            socket.once('data', resolve).once('error', reject)
          }),
      ),
    )
    socket?.destroy()
  }
  server.close()
  return times
}
