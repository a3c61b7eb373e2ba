import { createHash, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { ConfigError, MeshError, RefusedError } from '../../protocol/errors.ts'
import { expectation } from '../../protocol/expectation.ts'
import type { MeterMessage, MeterPort, MeterSink } from './meter-port.ts'

/** Most bytes of a request: a reading takes about a hundred. */
const MAX_BODY = 4096
/** Most connections at the same time. */
const MAX_CONNECTIONS = 64
/** Milliseconds that a meter has for its headers, and for its whole request. */
const HEADERS_TIMEOUT = 5_000
const REQUEST_TIMEOUT = 10_000
/** How often that is looked at, in milliseconds: by default so seldom that who says nothing keeps its place for half a minute. */
const CHECKING_INTERVAL = 1_000
/** Most Wh of a home in a slot: sums stay exact. */
const MAX_WH = 1_000_000_000
/** Longest interval of a reading, in seconds, and how far its end may be ahead of this clock. */
const MAX_LENGTH = 86_400
const MAX_AHEAD = 60
/** Shortest token: 32 hexadecimal digits have 128 bits. */
const MIN_TOKEN = 32

/** What stands for which kind of refusal. */
const STATUS: Record<string, number> = {
  TOKEN_INVALID: 401,
  ROUTE_UNKNOWN: 404,
  METHOD_UNKNOWN: 405,
  READING_TWICE: 409,
  SLOT_OVER: 409,
  BODY_TOO_LARGE: 413,
  METERS_TOO_FAST: 429,
  FILE_UNWRITABLE: 500,
}
/** Most characters of a value that an answer repeats. */
const MAX_REPEATED = 40

const instant = z
  .int()
  .min(0)
  .max(2 ** 40)
const wattHours = z.int().min(0).max(MAX_WH)
const messageSchema = z.strictObject(
  {
    start: instant,
    end: instant,
    loadWh: wattHours,
    /** As in files, a home without a roof does not tell it. */
    pvWh: wattHours.default(0),
  },
  { error: (issue) => (issue.code === 'invalid_type' ? 'an object with start, end and loadWh' : undefined) },
)

export interface HttpMeterInit extends MeterSink {
  /** What the meter of each home has to know, at least 32 characters; sent as `Authorization: Bearer TOKEN`. */
  tokens: ReadonlyMap<string, string>
  /** By default 127.0.0.1, where nobody else can listen in: this is no HTTPS. */
  host?: string
  /** By default any free one. */
  port?: number
  /** Unix seconds. */
  now?: () => number
}

/** Meters that push their readings. */
export interface HttpMeter extends MeterPort {
  /** Where to: `POST {start, end, loadWh, pvWh}`; without `pvWh` it is 0. */
  readonly url: string
}

/**
 * Listens for meters that push their readings by HTTP: `POST /v1/readings` with a JSON body, 204 when it is kept. The
 * token says whose reading it is, so no home can report for another. What is refused is answered with code, field, what was
 * expected, and remedy, and changes nothing.
 *
 * @throws ConfigError `TOKEN_INVALID` when a token is too short to be secret, or that of two homes, `PORT_UNUSABLE` when it cannot listen.
 *
 * @example
 * ```ts
 * const tokens = new Map([['roof', randomBytes(16).toString('hex')]])
 * const meter = await httpMeter({ tokens, take: async ({ home, pvWh }) => console.log(home, pvWh), onError: console.error })
 * ```
 */
export async function httpMeter({
  tokens,
  host = '127.0.0.1',
  port = 0,
  now = () => Date.now() / 1000,
  take,
  onError,
}: HttpMeterInit): Promise<HttpMeter> {
  checkTokens(tokens)
  const secrets = [...tokens].map(([home, token]) => ({ home, secret: digest(token) }))
  const limits = {
    headersTimeout: HEADERS_TIMEOUT,
    requestTimeout: REQUEST_TIMEOUT,
    connectionsCheckingInterval: CHECKING_INTERVAL,
  }
  const server = createServer(limits, async (request, response) => {
    let home: string | undefined
    try {
      home = checkRequest(request, secrets)
      await take({ home, ...checkMessage(await bodyOf(request), now()) })
      response.writeHead(204).end()
    } catch (error) {
      onError(error, home)
      refuse(response, error)
    }
  })
  server.maxConnections = MAX_CONNECTIONS
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (cause) {
    throw new ConfigError('PORT_UNUSABLE', 'Meters cannot be listened to at this address.', {
      field: 'port',
      expected: 'a free port',
      received: `${host}:${port}`,
      remedy: 'Choose another port; 0 takes any free one.',
      cause,
    })
  }
  const { port: bound } = server.address() as AddressInfo
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/v1/readings`,
    async close() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function checkTokens(tokens: ReadonlyMap<string, string>): void {
  for (const [home, token] of tokens) {
    const isOfOne = [...tokens.values()].filter((other) => other === token).length === 1
    if (token.length >= MIN_TOKEN && isOfOne) continue
    throw new ConfigError('TOKEN_INVALID', 'A token could be guessed, or is that of two homes.', {
      field: `tokens: ${home}`,
      expected: `at least ${MIN_TOKEN} characters, others for each home`,
      received: isOfOne ? `${token.length} characters` : 'that of another home',
      remedy: 'Take a random one: openssl rand -hex 16',
    })
  }
}

/** Equal lengths, so that comparing them takes the same time for any token. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}

/** Whose meter this is. */
function checkRequest(
  { method, url, headers }: IncomingMessage,
  secrets: readonly { home: string; secret: Buffer }[],
): string {
  const [, token = ''] = /^Bearer (\S+)$/i.exec(headers.authorization ?? '') ?? []
  const given = digest(token)
  const [owner] = secrets.filter(({ secret }) => timingSafeEqual(given, secret))
  if (owner === undefined) {
    throw refused('TOKEN_INVALID', 'authorization', 'Bearer and the token of a meter', undefined)
  }
  if (url !== '/v1/readings') throw refused('ROUTE_UNKNOWN', 'path', '/v1/readings', url)
  if (method !== 'POST') throw refused('METHOD_UNKNOWN', 'method', 'POST', method)
  return owner.home
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > MAX_BODY) throw refused('BODY_TOO_LARGE', 'body', `at most ${MAX_BODY} bytes`, undefined)
    parts.push(part)
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString())
  } catch {
    throw refused('READING_INVALID', 'body', 'JSON', undefined)
  }
}

function checkMessage(body: unknown, now: number): Omit<MeterMessage, 'home'> {
  const { success, data, error } = messageSchema.safeParse(body, { error: expectation })
  if (!success) {
    const [issue] = error.issues
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
    const field = unknown ?? (issue?.path.join('.') || 'body')
    throw refused('READING_INVALID', field, issue?.message, repeated(body, field))
  }
  const { start, end } = data
  if (end <= start || end - start > MAX_LENGTH) {
    throw refused('READING_INVALID', 'end', `after start, by at most ${MAX_LENGTH} s`, end)
  }
  // Nothing was measured yet of what is still to come.
  if (end > now + MAX_AHEAD) throw refused('READING_INVALID', 'end', 'a time that is over', end)
  return data
}

/** What stands in a field, as far as it is short. */
function repeated(body: unknown, field: string): string | undefined {
  const value = field === 'body' ? body : (body as Record<string, unknown>)[field]
  return JSON.stringify(value)?.slice(0, MAX_REPEATED)
}

function refused(code: string, field: string, expected: string | undefined, received: unknown): RefusedError {
  return new RefusedError(code, 'A reading is not taken.', {
    field,
    expected,
    received,
    remedy: 'Correct the request, and send it again.',
  })
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return
  const known = error instanceof MeshError ? error : undefined
  const status = known === undefined ? 500 : (STATUS[known.code] ?? 400)
  const { code = 'INTERNAL', field, expected, received, remedy } = known ?? {}
  const body = JSON.stringify({ status, code, field, expected, received, remedy })
  // What was not read of the request must not be taken for the next one.
  response.writeHead(status, { 'content-type': 'application/problem+json', connection: 'close' }).end(body)
}
