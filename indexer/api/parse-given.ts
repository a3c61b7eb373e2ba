import type { z } from 'zod'
import { expectation } from '../../protocol/expectation.ts'
import { described } from '../../protocol/input.ts'
import { ApiError } from './problem.ts'

/** What a client gives as JSON. @throws ApiError 400 `BODY_INVALID` that names the first member at fault */
export function parseBody<T extends z.ZodObject>(schema: T, body: unknown): z.output<T> {
  return parse(schema, body, 'body', 'GET /openapi.json says what each route takes.')
}

/** What a client gives by name, without HTTP. @throws ApiError 400 `ARGUMENTS_INVALID` that names the first one at fault */
export function parseGiven<T extends z.ZodObject>(schema: T, given: unknown): z.output<T> {
  return parse(schema, given, 'arguments', `It takes ${Object.keys(schema.shape).join(', ') || 'none'}.`)
}

function parse<T extends z.ZodObject>(
  schema: T,
  value: unknown,
  what: 'body' | 'arguments',
  remedy: string,
): z.output<T> {
  const result = schema.safeParse(value, { error: expectation, reportInput: true })
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const path = [...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].join('.')
  const verb = what === 'body' ? 'is' : 'are'
  throw new ApiError(400, `${what.toUpperCase()}_INVALID`, `The ${what} ${verb} not valid.`, {
    field: path || what,
    expected: issue?.message,
    received: unknown ?? described(issue?.input),
    remedy,
  })
}
