/** One event as it came over the wire. */
export interface SseEvent {
  id: string
  event: string
  data: { data: Record<string, unknown>; meta: { blockNumber: number; blockHash: string; chainId: number } }
}

/** Listens to a stream of live events until `close`. */
export class SseClient {
  readonly events: SseEvent[] = []
  readonly response: Response
  /** The last id that came, of an event or by itself: what a browser comes back with. */
  place = ''
  readonly #abort: AbortController
  #wake: () => void = () => {}

  private constructor(response: Response, abort: AbortController) {
    this.response = response
    this.#abort = abort
    this.#read().catch(() => {})
  }

  /** @param query filters, e.g. `?event=intent` */
  static async open(url: string, lastEventId?: string, query = ''): Promise<SseClient> {
    const abort = new AbortController()
    const headers: Record<string, string> = lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId }
    return new SseClient(await fetch(`${url}/v1/stream${query}`, { headers, signal: abort.signal }), abort)
  }

  /** Waits until an event for which `test` holds has come. */
  async until(test: (event: SseEvent) => boolean, timeout = 15_000): Promise<SseEvent> {
    return this.#wait(() => this.events.find(test), timeout)
  }

  /** Waits until it is somewhere else than at `place`. */
  async untilMoved(place: string): Promise<string> {
    return this.#wait(() => (this.place === place ? undefined : this.place), 15_000)
  }

  async #wait<T>(look: () => T | undefined, timeout: number): Promise<T> {
    const deadline = AbortSignal.timeout(timeout)
    for (;;) {
      const found = look()
      if (found !== undefined) return found
      deadline.throwIfAborted()
      await new Promise<void>((resolve) => {
        this.#wake = resolve
        deadline.addEventListener('abort', () => resolve(), { once: true })
      })
    }
  }

  close(): void {
    this.#abort.abort()
  }

  async #read(): Promise<void> {
    if (this.response.body === null) return
    let text = ''
    for await (const chunk of this.response.body.pipeThrough(new TextDecoderStream())) {
      text += chunk
      const messages = text.split('\n\n')
      text = messages.pop() ?? ''
      for (const message of messages) this.#take(message)
    }
  }

  #take(message: string): void {
    const fields = new Map(
      message
        .split('\n')
        .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
    )
    const data = fields.get('data')
    this.place = fields.get('id') ?? this.place
    if (data !== undefined) {
      this.events.push({ id: this.place, event: fields.get('event') ?? '', data: JSON.parse(data) })
    }
    this.#wake()
  }
}
