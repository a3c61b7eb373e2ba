import { Agent, get } from 'node:http'
import { text } from 'node:stream/consumers'

/** What a request came to. */
export interface Answer {
  status: number
  body: string
}

/** A client of so many connections, which are kept. */
export class Client {
  readonly #agent: Agent
  readonly #url: string

  constructor(url: string, connections: number) {
    this.#url = url
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' })
  }

  async get(path: string): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    get(this.#url + path, { agent: this.#agent }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject)
    }).once('error', reject)
    return promise
  }

  close(): void {
    this.#agent.destroy()
  }
}

/**
 * Asks at fixed moments, whether or not earlier answers have come, and measures from the moment at which it was to ask: a
 * server that stalls is not asked less for it ("coordinated omission").
 *
 * @param rate requests a second
 * @param ask called with the number of the request
 * @returns milliseconds of each
 */
export async function openLoop(
  rate: number,
  requests: number,
  ask: (count: number) => Promise<unknown>,
): Promise<number[]> {
  const start = performance.now()
  const latencies: Promise<number>[] = []
  while (latencies.length < requests) {
    const due = start + (latencies.length * 1000) / rate
    const early = due - performance.now()
    if (early > 1) await new Promise((resolve) => setTimeout(resolve, early - 1))
    // Timers are a millisecond coarse: what is left is waited for in turns of the loop, in which answers are read.
    while (performance.now() < due) await new Promise((resolve) => setImmediate(resolve))
    latencies.push(ask(latencies.length).then(() => performance.now() - due))
  }
  return Promise.all(latencies)
}

/** Asks as fast as answers come. @returns requests a second */
export async function closedLoop(
  connections: number,
  seconds: number,
  ask: () => Promise<unknown>,
): Promise<number> {
  const start = performance.now()
  let answers = 0
  const asker = async () => {
    while (performance.now() - start < seconds * 1000) {
      await ask()
      answers++
    }
  }
  await Promise.all(Array.from({ length: connections }, asker))
  return (answers * 1000) / (performance.now() - start)
}
