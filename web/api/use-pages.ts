import { useEffect, useRef, useState } from 'preact/hooks'
import { type Answer, ApiFault, get } from './get.ts'
import { onEvents } from './live.ts'
import { type Query, type QueryOptions, useQuery } from './use-query.ts'
import { CORRECTIONS } from './views.ts'

/** Rows that the API gives at once. */
const PAGE = 200

export interface PagesOptions<T> extends QueryOptions {
  /** Most rows that are read. */
  max: number
  keyOf: (row: T) => string
  /** Whether a row can change no more, unless the chain is reorganised. */
  isFinal: (row: T) => boolean
}

/**
 * The newest rows of a list that is longer than a page. When it changes, it is read from its head to where nothing is new.
 *
 * @param path with what it is filtered by, and without `limit`; undefined asks nothing yet
 * @example usePages<TradeView>('/v1/trades', { max: 1_000, keyOf: ({ id }) => id, isFinal: () => true, refreshOn: ['agreement'] })
 */
export function usePages<T>(path: string | undefined, options: PagesOptions<T>): Query<readonly T[]> {
  const address = path && `${path}${path.includes('?') ? '&' : '?'}limit=${PAGE}`
  const head = useQuery<T[]>(address, options)
  const [read, setRead] = useState<Query<readonly T[]> & { of?: string | undefined }>(NOTHING)
  const newest = useRef<Answer<T[]>>(undefined)
  const known = useRef<readonly T[]>([])
  const isReading = useRef(false)
  /** How often what was read has turned out to be of another chain. */
  const corrections = useRef(0)

  useEffect(() => {
    known.current = []
    return onEvents((events) => {
      if (!events.some(({ type }) => CORRECTIONS.includes(type))) return
      known.current = []
      corrections.current++
    })
  }, [address])
  useEffect(() => {
    newest.current = head.answer
    if (head.answer === undefined || address === undefined || isReading.current) return
    void follow(address)
  }, [head.answer])

  async function follow(from: string) {
    isReading.current = true
    try {
      for (
        let at = newest.current;
        at !== undefined;
        at = newest.current === at ? undefined : newest.current
      ) {
        const before = corrections.current
        const rows = await readOn(at, from, known.current, options)
        if (corrections.current !== before) continue
        known.current = rows
        setRead({ of: from, answer: { data: rows, meta: at.meta }, fault: undefined })
      }
    } catch (error) {
      if (!(error instanceof ApiFault)) throw error
      setRead((before) => ({ ...before, fault: error }))
    } finally {
      isReading.current = false
    }
  }

  const own = read.of === address ? read : NOTHING
  return { answer: own.answer, fault: head.fault ?? own.fault }
}

const NOTHING = { answer: undefined, fault: undefined }

/** From a first page on, until there is nothing new, nothing more, or enough. */
async function readOn<T>(
  head: Answer<T[]>,
  path: string,
  known: readonly T[],
  { max, keyOf, isFinal }: PagesOptions<T>,
): Promise<readonly T[]> {
  const places = new Map(known.map((row, place) => [keyOf(row), place]))
  const rows: T[] = []
  for (let page = head; ; ) {
    rows.push(...page.data)
    const last = page.data.at(-1)
    const place = last && places.get(keyOf(last))
    const isKnown = page.data.every((row) => isFinal(row) && places.has(keyOf(row)))
    if (place !== undefined && isKnown) return [...rows, ...known.slice(place + 1)].slice(0, max)
    const cursor = page.page?.nextCursor
    if (!cursor || rows.length >= max) return rows.slice(0, max)
    page = await get<T[]>(`${path}&cursor=${cursor}`)
  }
}
