import type { EventFilter } from './event-filter.ts'
import type { LiveFeed } from './live-feed.ts'

/** Most events of one answer, and of one look into the outbox. */
const MAX_EVENTS = 20
const PAGE = 100

/** What somebody waits for. */
export interface Awaited {
  filter: EventFilter
  /** Id of the last event that is known; absent: from now on. */
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
  { filter, after, seconds }: Awaited,
  signal: AbortSignal,
): Promise<{ data: Happening[]; next: number }> {
  let last = after ?? feed.newest
  const missed = () => ({ data: [{ event: 'reset' }], next: feed.newest })
  if (!feed.canResume(last)) return missed()
  const ending = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)])
  while (await hasMore(feed, last, ending)) {
    const found: Happening[] = []
    const page = await feed.after(last, PAGE)
    if (page === undefined) return missed()
    for (const event of page) {
      last = event.id
      if (filter(event)) found.push({ event: event.type, ...contentOf(event.data) })
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

function contentOf(text: string): Pick<Happening, 'data'> {
  const { data } = JSON.parse(text) as Pick<Happening, 'data'>
  return data === undefined ? {} : { data }
}
