import type { RouteConfig } from '@asteasolutions/zod-to-openapi'
import type { Request, RequestHandler } from 'express'
import { z } from 'zod'
import { expectation } from '../../protocol/expectation.ts'
import type { Meta } from '../views/meta.ts'
import type { ApiContext } from './context.ts'
import { parseGiven } from './parse-given.ts'
import { ApiError, problemSchema } from './problem.ts'
import { isKnown, tagWithBlock } from './revalidation.ts'

/** A route together with its documentation, both made from the same schemas. */
export interface Route {
  method: 'get' | 'post'
  /** In OpenAPI's form, e.g. `/v1/agents/{agentId}`. */
  path: string
  documentation: RouteConfig
  /** What answers, one after the other. */
  handler(context: ApiContext): RequestHandler[]
  /** All that it takes, wherever HTTP carries it. */
  input: z.ZodObject
  /** What it answers. */
  output: z.ZodType
  /**
   * Answers without HTTP, by the function that answers over it.
   *
   * @param given as `input`
   * @throws ApiError
   */
  answer(given: Record<string, unknown>, context: ApiContext, asker: Asker): Promise<unknown>
}

/** Who asks, as far as an answer depends on it. */
export type Asker = Pick<Request, 'headers'>

interface RouteDefinition<
  P extends z.ZodObject,
  F extends z.ZodObject,
  G extends z.ZodObject,
  R extends z.ZodType,
> {
  path: string
  summary: string
  /** Path parameters. */
  params: P
  /** Query parameters that choose, and those that page; others are refused. */
  filters: F
  paging: G
  response: R
  /** Whether what it answers follows from the chain alone, so that it is the same until the next block. */
  followsChain?: true
  /** Statuses besides 200 and 400, and what they mean. */
  problems?: Record<number, string>
  answer(
    input: { params: z.output<P>; filters: z.output<F>; paging: z.output<G> },
    context: ApiContext,
    asker: Asker,
  ): Promise<z.input<R>>
}

/** For routes without parameters of some kind. */
export const none = z.object({})

/** Defines a GET route whose parameters and answer have schemas. */
export function defineRoute<
  P extends z.ZodObject,
  F extends z.ZodObject,
  G extends z.ZodObject,
  R extends z.ZodType,
>(definition: RouteDefinition<P, F, G, R>): Route {
  const { path, summary, params, filters, paging, response, followsChain, answer } = definition
  const query = z.strictObject({ ...filters.shape, ...paging.shape })
  const input = z.strictObject({ ...params.shape, ...query.shape })
  const problems = { 400: 'A parameter is missing, unknown or malformed', ...definition.problems }
  const problemContent = { 'application/problem+json': { schema: problemSchema } }
  return {
    method: 'get',
    path,
    input,
    output: response,
    answer(given, context, asker) {
      const all = parseGiven(input, asText(given))
      // Each was parsed just now: a transformed value is none of its schema.
      return answer({ params: all, filters: all, paging: all } as never, context, asker)
    },
    documentation: {
      method: 'get',
      path,
      summary,
      request: { params, query },
      responses: {
        200: { description: 'OK', content: { 'application/json': { schema: response } } },
        ...Object.fromEntries(
          Object.entries(problems).map(([status, description]) => [
            status,
            { description, content: problemContent },
          ]),
        ),
      },
    },
    handler: (context) => [
      async (request, reply) => {
        parse(query, request.query, 'query')
        const input = {
          params: parse(params, request.params, 'path'),
          filters: filters.parse(request.query),
          paging: paging.parse(request.query),
        }
        if (followsChain && (await isKnown(request, reply, context))) return
        const body = await answer(input, context, request)
        if (followsChain) tagWithBlock(reply, body as { meta: Meta })
        reply.json(body)
      },
    ],
  }
}

/** What a query string says of a number or a truth is its text. */
function asText(given: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      typeof value === 'number' || typeof value === 'boolean' ? String(value) : value,
    ]),
  )
}

/** @throws ApiError 400 that names the first parameter at fault. */
export function parse<T extends z.ZodObject>(
  schema: T,
  value: Request['query'] | Request['params'],
  where: 'path' | 'query',
): z.output<T> {
  const result = schema.safeParse(value, { error: expectation })
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const field = unknown ?? issue?.path.join('.') ?? where
  const known = Object.keys(schema.shape)
  throw new ApiError(400, 'PARAMETER_INVALID', `The ${where} parameter \`${field}\` is not valid.`, {
    field,
    expected:
      unknown === undefined ? issue?.message : known.length > 0 ? `one of ${known.join(', ')}` : 'none',
    received: value[field],
    remedy: 'GET /openapi.json says what each route takes.',
  })
}
