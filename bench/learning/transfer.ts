import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Stream } from '@libp2p/interface'
import { MeshNetwork } from '../../agent/index.ts'
import { deployment, LISTEN, startRaw } from '../network/nodes.ts'
import { type Spread, spreadOf } from '../network/statistics.ts'

/** Bytes of an update: 2.5 million parameters in 32 bits. */
const BYTES = 10_000_000
const RUNS = 15
/** Runs before those that are counted. */
const WARM_UP = 3
/** Protocol that sends as many bytes back as were asked for, and nothing else. */
const BULK = '/bench/bulk/1'
/** How much is written at a time, as libp2p's own performance protocol has it, in bytes. */
const BLOCK = 64 * 1024

/** Moves the bytes once. @returns milliseconds */
type Mover = () => Promise<number>

/**
 * An update of 10 MB from one agent to another, chunk by chunk with every chunk verified and stored, beside the same bytes over
 * a raw libp2p stream that is open already, of which nothing is verified or kept. Over QUIC on loopback, both sides in one
 * process; one after the other in turns, so that a busy machine is so to all.
 */
export async function transfer(): Promise<object[]> {
  const directory = await mkdtemp(join(tmpdir(), 'mesh-bench-'))
  const content = crypto.getRandomValues(new Uint8Array(65_536))
  const update = Uint8Array.from(
    { length: BYTES },
    (_, index) => (content[index % 65_536] ?? 0) ^ (index >> 16),
  )
  const raw = await startStream()
  const inMemory = await startExchange(update, false)
  const onDisk = await startExchange(update, join(directory, 'reader'))
  const movers: Record<string, Mover> = {
    'raw libp2p stream': raw.move,
    'content exchange, in memory': inMemory.move,
    'content exchange, on disk': onDisk.move,
  }
  const times = new Map<string, number[]>(Object.keys(movers).map((what) => [what, []]))
  for (let run = -WARM_UP; run < RUNS; run++) {
    for (const [what, move] of Object.entries(movers)) {
      const time = await move()
      if (run >= 0) times.get(what)?.push(time)
    }
  }
  await Promise.all([raw, inMemory, onDisk].map(({ stop }) => stop()))
  await rm(directory, { recursive: true, force: true })
  const spreads = [...times].map(([what, values]) => ({ what, spread: spreadOf(values) }))
  const rival = spreads[0]?.spread.p50 ?? Number.NaN
  return spreads.map(({ what, spread }) => rowOf(what, spread, rival))
}

function rowOf(what: string, { p50, low, high, runs }: Spread, rival: number): object {
  return {
    what,
    'ms (median)': Math.round(p50),
    quartiles: `${Math.round(low)}..${Math.round(high)}`,
    'MB/s': Math.round(BYTES / 1000 / p50),
    'times raw': (p50 / rival).toFixed(2),
    runs,
  }
}

async function startStream() {
  const [server, client] = [await startRaw([LISTEN.QUIC]), await startRaw([])]
  await server.handle(BULK, (stream) => {
    stream.addEventListener('message', () => void send(stream))
  })
  const [address] = server.getMultiaddrs()
  if (address === undefined) throw new Error('the server listens nowhere')
  const stream = await client.dialProtocol(address, BULK)
  const move = () =>
    new Promise<number>((resolve) => {
      const begin = performance.now()
      let left = BYTES
      const onMessage = ({ data }: { data: { byteLength: number } }) => {
        left -= data.byteLength
        if (left > 0) return
        stream.removeEventListener('message', onMessage)
        resolve(performance.now() - begin)
      }
      stream.addEventListener('message', onMessage)
      stream.send(new Uint8Array(1))
    })
  const stop = async () => {
    await Promise.all([client.stop(), server.stop()])
  }
  return { move, stop }
}

async function send(stream: Stream): Promise<void> {
  const block = new Uint8Array(BLOCK)
  for (let left = BYTES; left > 0; left -= BLOCK) {
    if (stream.send(block.subarray(0, Math.min(BLOCK, left)))) continue
    // libp2p's own `onDrain` waits but once in the life of a stream.
    await new Promise((resolve) => stream.addEventListener('drain', resolve, { once: true }))
  }
}

async function startExchange(update: Uint8Array, directory: string | false) {
  const listen = [LISTEN.QUIC]
  const publisher = new MeshNetwork({ directory: false, listen, network: deployment })
  await publisher.connect()
  const reader = new MeshNetwork({
    directory,
    listen,
    network: deployment,
    bootstrapPeers: publisher.endpoints,
  })
  await reader.connect()
  const digest = await publisher.content.put(update)
  const move = async () => {
    const begin = performance.now()
    const { length } = await reader.content.fetch(digest, [publisher.peerId])
    const time = performance.now() - begin
    if (length !== BYTES) throw new Error(`${length} bytes came of ${BYTES}`)
    await reader.content.remove(digest)
    return time
  }
  const stop = async () => {
    await reader.disconnect()
    await publisher.disconnect()
  }
  return { move, stop }
}
