import express, { type RequestHandler } from 'express'
import { z } from 'zod'
import { metaSchema } from '../views/meta.ts'
import { type ApiContext, readWithMeta } from './context.ts'
import { faultOf } from './fault.ts'
import { parseBody, parseGiven } from './parse-given.ts'
import { ApiError, problemSchema } from './problem.ts'
import { type Asker, parse, type Route } from './route.ts'

/** Largest body in bytes: an intent with all that it may have takes half. */
const MAX_BODY = 64 * 1024

const refuseOtherTypes: RequestHandler = (request, _response, next) => {
  if (request.is('application/json')) return next()
  throw new ApiError(415, 'BODY_TYPE_UNSUPPORTED', 'A body has to be JSON.', {
    field: 'Content-Type',
    expected: 'application/json',
    received: request.headers['content-type'] ?? 'none',
    remedy: "Send `Content-Type: application/json`, as curl does with `-H 'Content-Type: application/json'`.",
  })
}

/** Reads a body of JSON. */
export const jsonBody: RequestHandler[] = [refuseOtherTypes, express.json({ limit: MAX_BODY, strict: true })]

interface ActionDefinition<P extends z.ZodObject, B extends z.ZodObject, R extends z.ZodType> {
  path: string
  summary: string
  description?: string
  params: P
  body: B
  /** What `data` is. */
  response: R
  /** Statuses besides 200, 400 and 422, and what they mean. */
  problems?: Record<number, string>
  answer(
    input: { params: z.output<P>; body: z.output<B> },
    context: ApiContext,
    asker: Asker,
  ): Promise<z.input<R>>
}

/**
 * Defines a POST route. All of them are idempotent: what they make is named by the hash of what was signed, and the same asked
 * twice is answered twice.
 */
export function defineAction<P extends z.ZodObject, B extends z.ZodObject, R extends z.ZodType>(
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
  const input = z.strictObject({ ...params.shape, ...body.shape })
  const output = z.object({ data: response, meta: metaSchema })
  const act = async (given: Parameters<typeof answer>[0], context: ApiContext, asker: Asker) => {
    const data = await answer(given, context, asker).catch((error: unknown) => {
      throw faultOf(error) ?? error
    })
    const { meta } = await readWithMeta(context, async () => undefined)
    return { data, meta }
  }
  return {
    method: 'post',
    path,
    input,
    output,
    answer(given, context, asker) {
      const all = parseGiven(input, given)
      // Each was parsed just now: a transformed value is none of its schema.
      return act({ params: all, body: all } as never, context, asker)
    },
    documentation: {
      method: 'post',
      path,
      summary,
      description,
      request: { params, body: { required: true, content: { 'application/json': { schema: body } } } },
      responses: {
        200: {
          description: 'Done, now or before',
          content: { 'application/json': { schema: output } },
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
      ...jsonBody,
      async (request, reply) => {
        const given = {
          params: parse(params, request.params, 'path'),
          body: parseBody(body, request.body),
        }
        reply.json(await act(given, context, request))
      },
    ],
  }
}
