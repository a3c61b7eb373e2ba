import type { FoundAgent } from '../../agent/index.ts'
import { ECHO, echo, LISTEN, startRaw } from './nodes.ts'
import { startPair } from './pair.ts'
import { inMilliseconds, spreadOf, timed } from './statistics.ts'

const RUNS = 1_000
const WARM_UP = 100
const PRICE = 1n

/** A question to a service and its signed answer, free and paid for, beside a bare libp2p stream. */
export async function questions() {
  const { buyer, seller, stop } = await startPair()
  const [server, client] = [await startRaw([LISTEN.QUIC]), await startRaw([])]
  try {
    const raw = await client.dialProtocol(server.getMultiaddrs(), ECHO)
    const [service] = await buyer.discoverAgents({ capabilities: ['energy.supply'] })
    if (service === undefined) throw new Error('the service is not found')
    const ask = (at: FoundAgent, index: number) =>
      buyer.request(at, `${index}`, { maxPrice: PRICE, requests: RUNS + WARM_UP + 1 })
    const served = (price: bigint) => seller.serve('energy.supply', (question) => question, { price })
    const end = served(0n)
    const free = await each((index) => ask(service, index))
    end()
    await buyer.disconnect()
    await buyer.connect()
    served(PRICE)
    const first = [await timed(() => ask(service, -1))]
    const paid = await each((index) => ask(service, index))
    const bare = await each((index) => echo(raw, new TextEncoder().encode(`${index}`)))
    const rows = {
      'raw libp2p stream': bare,
      'free question': free,
      'paid question': paid,
      'first one, with its agreement': first,
    }
    const least = spreadOf(bare).p50
    return Object.entries(rows).map(([what, times]) => {
      const spread = spreadOf(times)
      return { what, ...inMilliseconds(spread), 'of raw libp2p': (spread.p50 / least).toFixed(1) }
    })
  } finally {
    await Promise.all([client.stop(), server.stop()])
    await stop()
  }
}

async function each(ask: (index: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let index = 0; index < WARM_UP + RUNS; index++) {
    const time = await timed(() => ask(index))
    if (index >= WARM_UP) times.push(time)
  }
  return times
}
