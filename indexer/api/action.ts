import express, { type RequestHandler } from 'express'
import { z } from 'zod'
import { expectation } from '../../protocol/expectation.ts'
import { described } from '../../protocol/input.ts'
import { metaSchema } from '../views/meta.ts'
import { type ApiContext, readWithMeta } from './context.ts'
import { faultOf } from './fault.ts'
import { ApiError, problemSchema } from './problem.ts'
import { parse, type Route } from './route.ts'

/** Largest body in bytes: an intent with all that it may have takes half. */
const MAX_BODY = 64 * 1024

interface ActionDefinition<P extends z.ZodObject, B extends z.ZodType, R extends z.ZodType> {
  path: string
  summary: string
  description?: string
  params: P
  body: B
  /** What `data` is. */
  response: R
  /** Statuses besides 200, 400 and 422, and what they mean. */
  problems?: Record<number, string>
  answer(input: { params: z.output<P>; body: z.output<B> }, context: ApiContext): Promise<z.input<R>>
}

/**
 * Defines a POST route. All of them are idempotent: what they make is named by the hash of what was signed, and the same asked
 * twice is answered twice.
 */
export function defineAction<P extends z.ZodObject, B extends z.ZodType, R extends z.ZodType>(
  definition: ActionDefinition<P, B, R>,
): Route {
  const { path, summary, description = '', params, body, response, answer } = definition
  const problems = {
    400: 'The body, or a parameter, is malformed',
    422: 'It is well-formed, and refused',
    429: 'Too often',
    ...definition.problems,
  }
  const problemContent = { 'application/problem+json': { schema: problemSchema } }
  return {
    method: 'post',
    path,
    documentation: {
      method: 'post',
      path,
      summary,
      description,
      request: { params, body: { required: true, content: { 'application/json': { schema: body } } } },
      responses: {
        200: {
          description: 'Done, now or before',
          content: { 'application/json': { schema: z.object({ data: response, meta: metaSchema }) } },
        },
        ...Object.fromEntries(
          Object.entries(problems).map(([status, about]) => [
            status,
            { description: about, content: problemContent },
          ]),
        ),
      },
    },
    handler: (context) => [
      refuseOtherTypes,
      express.json({ limit: MAX_BODY, strict: true }),
      async (request, reply) => {
        const input = {
          params: parse(params, request.params, 'path'),
          body: parseBody(body, request.body),
        }
        const data = await answer(input, context).catch((error: unknown) => {
          throw faultOf(error) ?? error
        })
        const { meta } = await readWithMeta(context, async () => undefined)
        reply.json({ data, meta })
      },
    ],
  }
}

const refuseOtherTypes: RequestHandler = (request, _response, next) => {
  if (request.is('application/json')) return next()
  throw new ApiError(415, 'BODY_TYPE_UNSUPPORTED', 'A body has to be JSON.', {
    field: 'Content-Type',
    expected: 'application/json',
    received: request.headers['content-type'] ?? 'none',
    remedy: "Send `Content-Type: application/json`, as curl does with `-H 'Content-Type: application/json'`.",
  })
}

function parseBody<B extends z.ZodType>(schema: B, value: unknown): z.output<B> {
  const result = schema.safeParse(value, { error: expectation, reportInput: true })
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const path = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].join('.')
  throw new ApiError(400, 'BODY_INVALID', 'The body is not valid.', {
    field: path || 'body',
    expected: issue?.message,
    received: unknown ?? described(issue?.input),
    remedy: 'GET /openapi.json says what each route takes.',
  })
}
