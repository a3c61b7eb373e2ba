import type { Hex } from '../../protocol/types.ts'
import type { LiveFeed } from './live-feed.ts'

/** Most events of one answer, and of one look into the outbox. */
const MAX_EVENTS = 20
const PAGE = 100

/** What somebody waits for. */
export interface Awaited {
  /** Names of events, or beginnings of names that end with a point; absent: all. */
  events?: string[] | undefined
  /** Hash of an intent, to hear of offers to it, or id of an agreement; absent: everything. */
  about?: Hex | undefined
  /** The last event that is known; absent: from now on. */
  after?: number | undefined
  /** How long to wait when nothing has happened yet. */
  seconds: number
}

/** An event as somebody who waits is told. */
export interface Happening {
  event: string
  data?: Record<string, unknown> | undefined
}

/**
 * Waits for what happens next.
 *
 * @param signal ends the waiting
 * @returns what happened, oldest first, none when nothing did in time; and what to give as `after` to go on from there. A
 *   `reset` says that events were missed
 */
export async function nextEvents(
  feed: LiveFeed,
  awaited: Awaited,
  signal: AbortSignal,
): Promise<{ data: Happening[]; next: number }> {
  let last = awaited.after ?? feed.newest
  const reset = () => ({ data: [{ event: 'reset' }], next: feed.newest })
  if (!feed.canResume(last)) return reset()
  const ending = AbortSignal.any([signal, AbortSignal.timeout(awaited.seconds * 1000)])
  while (await hasMore(feed, last, ending)) {
    const found: Happening[] = []
    const page = await feed.after(last, PAGE)
    if (page === undefined) return reset()
    for (const { id, type, data: text } of page) {
      const { data } = JSON.parse(text) as Pick<Happening, 'data'>
      last = id
      if (isMeant(awaited, type, data)) found.push({ event: type, ...(data && { data }) })
      if (found.length === MAX_EVENTS) break
    }
    if (found.length > 0) return { data: found, next: last }
  }
  return { data: [], next: last }
}

/** @returns false when the time is over, or nobody listens any more */
async function hasMore(feed: LiveFeed, last: number, ending: AbortSignal): Promise<boolean> {
  try {
    await feed.wait(last, ending)
    return !ending.aborted
  } catch (error) {
    if (!ending.aborted) throw error
    return false
  }
}

function isMeant({ events, about }: Awaited, type: string, data: Happening['data']): boolean {
  const isNamed = events?.some((name) => type === name || (name.endsWith('.') && type.startsWith(name)))
  return isNamed !== false && (about === undefined || [data?.id, data?.hash, data?.intent].includes(about))
}
