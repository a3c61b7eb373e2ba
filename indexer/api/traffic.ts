import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'node:events'
import type { RequestHandler, Response } from 'express'

/** A request that is over. */
export interface Answered {
  /** As the answer's `X-Request-Id`, and the `instance` of a problem, have it. */
  id: string
  method: string
  /** The route's path with the names of its parameters, e.g. `/v1/agents/{agentId}`; `other` where none is served. */
  route: string
  /** Of the answer; 499 when the client went before there was one, as nginx has it. */
  status: number
  /** From the request's headers to the last byte of the answer. */
  seconds: number
  /** Whether it was a live stream, which lasts for as long as the client likes. */
  isStream: boolean
}

/** Of methods those that are told by their names: a client can make up any. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
const CLIENT_GONE = 499

/** The requests that are being answered, and those that were: what logs, metrics and an orderly end go by. */
export class Traffic {
  /** Emits `answered` when a request is over, however it ended. */
  readonly events = new EventEmitter<{ answered: [Answered] }>()
  readonly #open = new Set<Response>()

  /** How many live streams there are. */
  get streams(): number {
    return [...this.#open].filter(isStream).length
  }

  /** How many other requests are being answered. */
  get requests(): number {
    return this.#open.size - this.streams
  }

  /** Comes before all other handlers. */
  readonly watch: RequestHandler = (request, response, next) => {
    const id = randomUUID()
    const began = performance.now()
    response.locals.id = id
    response.set('X-Request-Id', id)
    this.#open.add(response)
    response.once('close', () => {
      this.#open.delete(response)
      this.events.emit('answered', {
        id,
        method: METHODS.has(request.method) ? request.method : 'other',
        route: typeof response.locals.route === 'string' ? response.locals.route : 'other',
        status: response.headersSent ? response.statusCode : CLIENT_GONE,
        seconds: (performance.now() - began) / 1000,
        isStream: isStream(response),
      })
    })
    next()
  }
}

/** Notes which route a request came to. @param path as the documentation has it */
export function atRoute(path: string): RequestHandler {
  return (_request, response, next) => {
    response.locals.route = path
    next()
  }
}

function isStream(response: Response): boolean {
  return String(response.getHeader('content-type') ?? '').startsWith('text/event-stream')
}
