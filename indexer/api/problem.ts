import type { Response } from 'express'
import { z } from 'zod'
import { type ErrorDetails, MeshError } from '../../protocol/errors.ts'

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    field: z.string().optional(),
    expected: z.string().optional(),
    received: z.string().optional(),
    remedy: z.string(),
    instance: z
      .string()
      .optional()
      .meta({ description: 'Of this one occurrence: the answer has its id as `X-Request-Id`' }),
  })
  .meta({ id: 'Problem', description: 'What went wrong, as RFC 9457 has it' })

/** Thrown to answer a request with a problem. */
export class ApiError extends MeshError {
  override readonly name = 'ApiError'
  readonly status: number
  readonly detail: string

  constructor(status: number, code: string, detail: string, details: ErrorDetails) {
    super(code, detail, details)
    this.status = status
    this.detail = detail
  }
}

const titles: Record<number, string> = {
  400: 'Bad request',
  401: 'Unauthorized',
  402: 'Payment required',
  403: 'Forbidden',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict',
  413: 'Content too large',
  415: 'Unsupported media type',
  422: 'Unprocessable content',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Service unavailable',
  504: 'Gateway timeout',
}

/** Most characters of what a client sent that an answer repeats. */
const MAX_ECHO = 200

/** Answers with an `application/problem+json`. Only what an `ApiError` says on purpose gets out. */
export function sendProblem(response: Response, error: ApiError): void {
  // RFC 9110, section 15.5.2.
  if (error.status === 401) response.set('WWW-Authenticate', 'Bearer')
  response
    .status(error.status)
    .type('application/problem+json')
    .send(JSON.stringify({ ...problemOf(error), instance: `urn:uuid:${response.locals.id}` }))
}

/** What a client is told of an error. */
export function problemOf(error: ApiError): z.infer<typeof problemSchema> {
  const { status, code, detail, field, expected, received, remedy } = error
  return {
    type: `urn:mesh:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: titles[status] ?? 'Error',
    status,
    detail,
    ...(field === undefined ? {} : { field }),
    ...(expected === undefined ? {} : { expected: String(expected) }),
    ...(received === undefined ? {} : { received: String(received).slice(0, MAX_ECHO) }),
    remedy,
  }
}

/** What is told of a fault of our own: nothing. */
export function internalError(): ApiError {
  return new ApiError(500, 'INTERNAL', 'Something failed here; it is not your request.', {
    remedy: "The server's log says more.",
  })
}
