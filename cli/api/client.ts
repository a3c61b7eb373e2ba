import { ConfigError, MeshError, messageOf } from '../../protocol/errors.ts'

/** Where `mesh up` serves its API unless that port is taken. */
export const DEFAULT_API = 'http://127.0.0.1:8787'

/** How long one request may take, in milliseconds. */
const TIMEOUT = 15_000

// biome-ignore lint/suspicious/noExplicitAny: what comes is looked at member by member
export type Json = any

/** Asks the HTTP API of a market. */
export class ApiClient {
  readonly #base: string
  readonly #signal: AbortSignal

  /**
   * @param base URL of the API
   * @param signal ends what is under way
   * @throws ConfigError `URL_INVALID`
   */
  constructor(base: string, signal: AbortSignal) {
    if (!URL.canParse(base) || !/^https?:$/.test(new URL(base).protocol)) {
      throw new ConfigError('URL_INVALID', 'The API has no such address.', {
        field: '--api',
        expected: `a URL such as ${DEFAULT_API}`,
        received: base,
        remedy: 'Give the URL that `mesh up` prints.',
      })
    }
    this.#base = base.replace(/\/+$/, '')
    this.#signal = signal
  }

  /** @throws MeshError with what the API says is wrong; ConfigError `API_UNREACHABLE` */
  get(path: string, query: Readonly<Record<string, string | number | undefined>> = {}): Promise<Json> {
    const given = Object.entries(query).filter(([, value]) => value !== undefined)
    const search = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))
    return this.#ask(search.size === 0 ? path : `${path}?${search}`, {})
  }

  /** @throws as `get` */
  post(path: string, body: object): Promise<Json> {
    const text = JSON.stringify(body, (_key, value) => (typeof value === 'bigint' ? String(value) : value))
    return this.#ask(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: text,
    })
  }

  async #ask(path: string, init: RequestInit): Promise<Json> {
    const signal = AbortSignal.any([this.#signal, AbortSignal.timeout(TIMEOUT)])
    let response: Response
    let body: Json
    try {
      response = await fetch(this.#base + path, { ...init, signal })
      body = await response.json()
    } catch (cause) {
      this.#signal.throwIfAborted()
      throw new ConfigError('API_UNREACHABLE', 'The API of the market does not answer.', {
        field: '--api',
        received: `${this.#base}: ${messageOf(cause)}`,
        remedy: 'Begin a market with `mesh up`, or give the URL of another with --api.',
        cause,
      })
    }
    if (response.ok) return body
    const {
      detail = `status ${response.status}`,
      field,
      expected,
      received,
      remedy = 'Try again.',
      type = '',
    } = body
    const code = String(type).replace('urn:mesh:problem:', '').replaceAll('-', '_').toUpperCase()
    throw new MeshError(code || 'API_REFUSED', String(detail), {
      ...(field === undefined ? {} : { field }),
      expected,
      received,
      remedy,
    })
  }
}
