import { signal } from '@preact/signals'
import { paced } from './paced.ts'
import { EVENT_TYPES, type EventType, type Meta } from './views.ts'
import { withFrame } from './with-frame.ts'

/** How the page stands to the market: `live` while its stream is open. */
export type Connection = 'connecting' | 'live' | 'lost'

/** A live event, as the stream tells it. */
export interface LiveEvent {
  id: string
  type: EventType
  // biome-ignore lint/suspicious/noExplicitAny: who listens knows what an event of the name tells
  data: any
  meta: Meta
}

/** Milliseconds until a stream that the server refused is asked for again; one that broke comes back by itself. */
const COME_BACK = 3_000

/** State of the stream. */
export const connection = signal<Connection>('connecting')
/** When the stream was lost, in milliseconds since the epoch; undefined while it is open. */
export const lostAt = signal<number | undefined>(undefined)
/** The newest block that anything told of. */
export const newestBlock = signal<Meta | undefined>(undefined)
/** The last reorganisation that was told of: its first block, and when it was heard of. */
export const lastReorg = signal<{ from: number; at: number } | undefined>(undefined)

type Listener = (events: readonly LiveEvent[]) => void
const listeners = new Set<Listener>()
let waiting: LiveEvent[] = []

/**
 * Calls `listener` with what happened since the last frame, oldest first: so hundreds of events a second cost one
 * rendering of a frame.
 *
 * @param pace least milliseconds between two calls, for what takes long to draw, or nobody could read so fast
 * @returns a function that ends it
 */
export function onEvents(listener: Listener, pace = 0): () => void {
  const { add, stop } = paced(listener, pace)
  listeners.add(add)
  return () => {
    listeners.delete(add)
    stop()
  }
}

/** Opens the stream, and keeps it open until the page is left. */
export function connect(): void {
  const source = new EventSource(streamUrl())
  source.onopen = () => {
    connection.value = 'live'
    lostAt.value = undefined
  }
  source.onerror = () => {
    connection.value = 'lost'
    lostAt.value ??= Date.now()
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, COME_BACK)
  }
  for (const type of EVENT_TYPES) source.addEventListener(type, (message) => take(type, message))
}

let lastId = ''

function streamUrl(): string {
  return lastId === '' ? '/v1/stream' : `/v1/stream?lastEventId=${lastId}`
}

function take(type: EventType, { data: text, lastEventId }: MessageEvent<string>): void {
  lastId = lastEventId
  const { data, meta } = JSON.parse(text) as Pick<LiveEvent, 'data' | 'meta'>
  if (type === 'reorg') lastReorg.value = { from: data.from, at: Date.now() }
  if (waiting.length === 0) withFrame(deliver)
  waiting.push({ id: lastEventId, type, data, meta })
}

function deliver(): void {
  const events = waiting
  waiting = []
  newestBlock.value = events.at(-1)?.meta
  for (const listener of listeners) listener(events)
}
