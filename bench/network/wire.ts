import { setTimeout as sleep } from 'node:timers/promises'
import { multiaddr } from '@multiformats/multiaddr'
import { isOpen } from '../../agent/index.ts'
import { meshPeersOf } from '../../agent/network/mesh-peers.ts'
import { encodeIntent } from '../../protocol/wire/bodies.ts'
import { encodeSigned } from '../../protocol/wire/gossip.ts'
import { CountedPath } from './counted-path.ts'
import { publish, startListener, TOPIC } from './listener.ts'
import { ECHO, echo, LISTEN, startRaw } from './nodes.ts'
import { startPair, trade } from './pair.ts'
import { spreadOf } from './statistics.ts'

const RUNS = 30
const LISTENERS = 10
/** Pause between two intents, and how long what follows them is counted, in milliseconds. */
const PAUSE = 100
const TAIL = 3_000

interface Count {
  bytes: number
  datagrams: number
}

/** What goes over the wire by QUIC, both ways together, with acknowledgements and the headers of IP and UDP. */
export async function wire() {
  const rows = { ...(await rawStream()), ...(await inPair()), ...(await byGossip()) }
  return Object.entries(rows).map(([what, { bytes, datagrams }]) => ({
    what,
    bytes: Math.round(bytes),
    datagrams: datagrams.toFixed(datagrams < 10 ? 1 : 0),
  }))
}

/** The rival: 32 bytes and back, on a stream that is kept open. */
async function rawStream(): Promise<Record<string, Count>> {
  const [server, client] = [await startRaw([LISTEN.QUIC]), await startRaw([])]
  const path = await CountedPath.to(String(server.getMultiaddrs()[0]))
  const stream = await client.dialProtocol(multiaddr(path.address), ECHO)
  await sleep(TAIL)
  const asked = await repeated(path, () => echo(stream, new Uint8Array(32)))
  await Promise.all([client.stop(), server.stop()])
  path.close()
  return { 'raw libp2p stream: 32 bytes and back': asked }
}

async function inPair(): Promise<Record<string, Count>> {
  const paths: CountedPath[] = []
  const pair = await startPair(async ([quic = '']) => {
    paths.push(await CountedPath.to(quic))
    return paths.map(({ address }) => address)
  })
  const path = paths[0] as CountedPath
  const agreed = await repeated(
    path,
    async (index) => (await trade(pair, index)).deal,
    async ({ id }) => {
      // That it is opened is told, too, and counts for no other deal.
      await Promise.all([pair.buyer, pair.seller].map((agent) => agent.untilDeal(id, isOpen)))
    },
  )
  const found = await repeated(path, () => pair.buyer.discoverAgents('energy.supply'))
  await pair.stop()
  path.close()
  return { 'intent to agreement, signed by both': agreed, 'capability query, one agent found': found }
}

async function byGossip(): Promise<Record<string, Count>> {
  const listeners = await Promise.all(Array.from({ length: LISTENERS }, startListener))
  const paths = await Promise.all(
    listeners.map(({ node }) => CountedPath.to(String(node.getMultiaddrs()[0]))),
  )
  for (const [index, { node }] of listeners.entries()) {
    const others = new Set([index - 1, index >> 1, index >> 2].filter((other) => other >= 0 && other < index))
    await Promise.all([...others].map((other) => node.dial(multiaddr(paths[other]?.address ?? ''))))
  }
  while (!listeners.every(({ node }) => meshPeersOf(node.services.pubsub, TOPIC).length >= 3)) await sleep(20)
  let heard = 0
  for (const { intents } of listeners) intents.subscribe(() => void heard++)
  let size = 0
  const spent = async (fn: () => Promise<void>): Promise<Count> => {
    for (const path of paths) path.reset()
    await fn()
    return {
      bytes: paths.reduce((sum, { bytes }) => sum + bytes, 0),
      datagrams: paths.reduce((sum, { datagrams }) => sum + datagrams, 0),
    }
  }
  const busy = await spent(async () => {
    for (let index = 0; index < RUNS; index++) {
      const { value, signature } = await publish(
        listeners[index % LISTENERS] as (typeof listeners)[number],
        index,
        BigInt(index),
      )
      size = encodeSigned(encodeIntent(value), signature).length
      await sleep(PAUSE)
    }
    await sleep(TAIL)
  })
  const seconds = (RUNS * PAUSE + TAIL) / 1000
  const idle = await spent(() => sleep(seconds * 1000))
  await Promise.all(listeners.map(({ node }) => node.stop()))
  for (const path of paths) path.close()
  return {
    'a signed intent by itself': { bytes: size, datagrams: 0 },
    [`gossip at ${LISTENERS} nodes, per delivery (${heard} of ${RUNS * (LISTENERS - 1)})`]: {
      bytes: (busy.bytes - idle.bytes) / heard,
      datagrams: (busy.datagrams - idle.datagrams) / heard,
    },
    [`silence at ${LISTENERS} nodes, per node and second`]: {
      bytes: idle.bytes / seconds / LISTENERS,
      datagrams: idle.datagrams / seconds / LISTENERS,
    },
  }
}

/** Medians of what goes over a path from the begin of each run to its end; not of what comes between two runs. */
async function repeated<T>(
  path: CountedPath,
  run: (index: number) => Promise<T>,
  after: (result: T) => Promise<void> = async () => undefined,
): Promise<Count> {
  const counts: Count[] = []
  for (let index = 0; index < RUNS; index++) {
    path.reset()
    const result = await run(index)
    counts.push({ bytes: path.bytes, datagrams: path.datagrams })
    await after(result)
  }
  const median = (of: keyof Count) => spreadOf(counts.map((count) => count[of])).p50
  return { bytes: median('bytes'), datagrams: median('datagrams') }
}
