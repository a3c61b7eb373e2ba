import { EventEmitter, once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What a webhook was told once. */
export interface Told {
  headers: IncomingHttpHeaders
  body: string
  message: {
    id: string
    type: string
    timestamp: string
    data: Record<string, string>
    meta: { blockNumber: number }
  }
}

/** What a receiver answers. */
export interface Reply {
  status: number
  body?: string
  headers?: Record<string, string>
}

/** An HTTP server that is told of events. It wants to be, and takes all, unless a test says otherwise. */
export class Receiver {
  readonly told: Told[] = []
  readonly url: string
  /** Answers anything but pings. */
  answer: (told: Told) => Reply | Promise<Reply> = () => ({ status: 204 })
  /** Answers pings. */
  confirm: (told: Told) => Reply = ({ message }) => ({ status: 200, body: String(message.data.challenge) })
  /** How many connections were made to it. */
  connections = 0
  readonly #events = new EventEmitter<{ told: [] }>()
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
    server.on('connection', () => this.connections++)
    server.on('request', async (request, response) => {
      const body = await text(request)
      const told: Told = { headers: request.headers, body, message: JSON.parse(body) }
      this.told.push(told)
      this.#events.emit('told')
      const reply = await (told.message.type === 'ping' ? this.confirm(told) : this.answer(told))
      response.writeHead(reply.status, reply.headers).end(reply.body)
    })
  }

  /** @param port any free one when absent */
  static async start(port = 0): Promise<Receiver> {
    const server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    return new Receiver(server)
  }

  get port(): number {
    return Number(new URL(this.url).port)
  }

  /** Ids of the events that it was told, in order, pings left out. */
  get ids(): string[] {
    return this.told.flatMap(({ message: { id, type } }) => (type === 'ping' ? [] : [id]))
  }

  /** Waits until it was told something for which `test` holds. */
  async until(test: (told: Told) => boolean): Promise<Told> {
    const signal = AbortSignal.timeout(15_000)
    for (;;) {
      const found = this.told.find(test)
      if (found !== undefined) return found
      await once(this.#events, 'told', { signal })
    }
  }

  /** Waits until it was told so much, pings left out. */
  async untilTold(count: number): Promise<void> {
    await this.until(() => this.ids.length >= count)
  }

  async stop(): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    if (this.#server.listening) await once(this.#server, 'close')
  }
}
