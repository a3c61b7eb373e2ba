import { useEffect, useState } from 'preact/hooks'
import { type Answer, ApiFault, get } from './get.ts'
import { connection, newestBlock, onEvents } from './live.ts'
import { CORRECTIONS, type EventKind, kindOf } from './views.ts'

/** Least milliseconds between two requests for the same thing, however often it changes. */
const PACE = 1_000
/** Milliseconds until what failed is asked for again, and what no event tells of. */
const AGAIN = 5_000

/** What is known of an answer. Data of before stays while a newer answer is on its way, or does not come. */
export interface Query<T> {
  answer: Answer<T> | undefined
  fault: ApiFault | undefined
}

export interface QueryOptions {
  /** Kinds of events after which it is asked again, such as `agreement`; `reorg` and `reset` always are. */
  refreshOn?: readonly EventKind[]
  /** Whether it is asked again every five seconds, for what no event tells of. */
  polls?: boolean
}

/**
 * What the API answers, and answers anew when events say that it has changed.
 *
 * @param path undefined asks nothing yet
 * @example const { answer, fault } = useQuery<TradeView[]>('/v1/trades?limit=20', { refreshOn: ['agreement'] })
 */
export function useQuery<T>(path: string | undefined, options: QueryOptions = {}): Query<T> {
  const [query, setQuery] = useState<Query<T> & { path: string | undefined }>(none<T>(path))
  const kinds = (options.refreshOn ?? []).join()
  const polls = options.polls ?? false
  useEffect(() => {
    if (path === undefined) return
    const leaving = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    let lastAsked = Number.NEGATIVE_INFINITY
    let isAsking = false
    let isStale = false

    const soon = (wait: number) => {
      clearTimeout(timer)
      timer = setTimeout(ask, wait)
    }
    const refresh = () => {
      if (isAsking) isStale = true
      else soon(Math.max(0, lastAsked + PACE - performance.now()))
    }
    async function ask() {
      isAsking = true
      isStale = false
      lastAsked = performance.now()
      let failed = false
      try {
        const answer = await get<T>(path as string, leaving.signal)
        newestBlock.value = answer.meta ?? newestBlock.peek()
        setQuery({ path, answer, fault: undefined })
      } catch (error) {
        if (leaving.signal.aborted) return
        failed =
          !(error instanceof ApiFault) || error.status === 0 || error.status >= 500 || error.status === 429
        const fault = error instanceof ApiFault ? error : new ApiFault(0, String(error), 'Reload the page.')
        setQuery((before) => ({ path, answer: before.path === path ? before.answer : undefined, fault }))
      }
      isAsking = false
      if (isStale) refresh()
      else if (failed || polls) soon(AGAIN)
    }

    void ask()
    const wanted = new Set(kinds === '' ? [] : kinds.split(','))
    const stopEvents = onEvents((events) => {
      if (events.some(({ type }) => CORRECTIONS.includes(type) || wanted.has(kindOf(type)))) refresh()
    })
    // What happened while the stream was lost may be told of no more.
    let wasLost = connection.peek() === 'lost'
    const stopConnection = connection.subscribe((state) => {
      if (state === 'live' && wasLost) refresh()
      wasLost = state === 'lost'
    })
    return () => {
      leaving.abort()
      clearTimeout(timer)
      stopEvents()
      stopConnection()
    }
  }, [path, kinds, polls])
  return query.path === path ? query : none<T>(path)
}

function none<T>(path: string | undefined): Query<T> & { path: string | undefined } {
  return { path, answer: undefined, fault: undefined }
}
