import type { Meta } from './views.ts'

/** How long one request may take, in milliseconds. */
const TIMEOUT = 15_000

/** An answer of the API, with the block that it is true of. */
export interface Answer<T> {
  data: T
  meta: Meta
  page?: { nextCursor: string | null }
}

/** What the API says is wrong (RFC 9457), or that nothing answers. */
export class ApiFault extends Error {
  override readonly name = 'ApiFault'
  /** HTTP status; 0 when nothing answered. */
  readonly status: number
  readonly remedy: string

  constructor(status: number, message: string, remedy: string) {
    super(message)
    this.status = status
    this.remedy = remedy
  }
}

/**
 * Asks the API that served this page.
 *
 * @param path with its query, e.g. `/v1/trades?limit=20`
 * @throws ApiFault; what `signal` was aborted with
 * @example const { data } = await get<TradeView[]>('/v1/trades?limit=20')
 */
export function get<T>(path: string, signal?: AbortSignal): Promise<Answer<T>> {
  return ask(path, {}, signal)
}

/** Has something done. @throws as `get` */
export function post<T>(path: string, body: unknown, signal?: AbortSignal): Promise<Answer<T>> {
  const text = JSON.stringify(body, (_key, value) => (typeof value === 'bigint' ? String(value) : value))
  return ask(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: text }, signal)
}

async function ask<T>(path: string, init: RequestInit, signal?: AbortSignal): Promise<Answer<T>> {
  const timeout = AbortSignal.timeout(TIMEOUT)
  let response: Response
  let body: Answer<T> & { detail?: string; title?: string; remedy?: string }
  try {
    response = await fetch(path, {
      ...init,
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    })
    body = await response.json()
  } catch {
    signal?.throwIfAborted()
    throw new ApiFault(
      0,
      'The market does not answer.',
      'Is it still running? This page asks again by itself.',
    )
  }
  if (response.ok) return body
  throw new ApiFault(
    response.status,
    body.detail ?? body.title ?? `The market answered with status ${response.status}.`,
    body.remedy ?? 'Try again in a moment.',
  )
}
