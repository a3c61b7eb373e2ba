import { z } from 'zod'
import { ConfigError, shortened } from './errors.ts'
import { expectation } from './expectation.ts'
import { nearest } from './nearest.ts'
import type { Address, Hex } from './types.ts'

/** A schema for each member of an options object; what may be left out is `optional`, or `exactOptional`. */
export type Shape<T> = { [K in keyof T]-?: z.ZodType<T[K] | undefined> }

/** A schema of an object that has these members, and no others: a name that is not known is most likely misspelt. */
export function membersOf<T extends object>(shape: Shape<T>, expected = 'an object'): z.ZodType<T> {
  const names = Object.keys(shape)
  const schema = z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? suggestion(issue.keys[0] ?? '', names) : expected,
  })
  // With exact optional types, what may be `undefined` and what may be left out are two things; callers see one.
  return schema as unknown as z.ZodType<T>
}

/** A function, which stays the object that it is. */
export function callable<T>(): z.ZodType<T> {
  return z.custom<T>((value) => typeof value === 'function', 'a function')
}

export const addressSchema = matching<Address>(
  /^0x[0-9a-fA-F]{40}$/,
  'an address: 0x and 40 hexadecimal digits',
)
export const hashSchema = matching<Hex>(/^0x[0-9a-f]{64}$/, '32 bytes: 0x and 64 hexadecimal digits')
export const signalSchema = z.custom<AbortSignal>((value) => value instanceof AbortSignal, 'an AbortSignal')
/** How a call that waits is ended early. */
export const abortableSchema = membersOf<{ signal?: AbortSignal | undefined }>({
  signal: signalSchema.optional(),
})

/**
 * Checks what somebody gave who need not write TypeScript. What is given stays as it is.
 *
 * @param of what was called, for the message
 * @throws ConfigError `ARGUMENT_INVALID`, or `OPTION_UNKNOWN` for a name that there is not
 * @example checkInput('publishIntent', schema, { intent, options })
 */
export function checkInput(of: string, schema: z.ZodType, value: unknown): void {
  const { error } = schema.safeParse(value, { error: expectation, reportInput: true })
  if (error === undefined) return
  throw faultOf(of, tellingOf(error.issues))
}

type Issue = z.core.$ZodIssue

function faultOf(of: string, issue: Issue): ConfigError {
  if (issue.code === 'unrecognized_keys') {
    const name = shortened(issue.keys[0] ?? '')
    return new ConfigError('OPTION_UNKNOWN', `\`${of}\` knows no \`${name}\`.`, {
      field: pathOf([...issue.path, name]),
      expected: 'a name that there is',
      received: name,
      remedy: issue.message,
    })
  }
  return new ConfigError('ARGUMENT_INVALID', `\`${of}\` cannot use what it was given.`, {
    field: pathOf(issue.path) || 'init',
    expected: issue.message,
    received: described(issue.input),
    remedy: remedyFor(of, issue),
  })
}

/** The issue that tells most: a misspelt name explains why another is missing. */
function tellingOf(issues: readonly Issue[]): Issue {
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0]
  if (issue === undefined) throw new RangeError('no issue')
  return issue.code === 'invalid_union' ? ofClosest(issue) : issue
}

/** Of a union, what is wrong with the alternative that was most likely meant. */
function ofClosest(union: z.core.$ZodIssueInvalidUnion): Issue {
  const isInside = (issues: readonly Issue[]) =>
    issues.some(({ path, code }) => path.length > 0 || code === 'unrecognized_keys')
  const [closest] = union.errors.filter(isInside).sort((a, b) => a.length - b.length)
  if (closest !== undefined) {
    const issue = tellingOf(closest)
    return { ...issue, path: [...union.path, ...issue.path] }
  }
  const expected = union.errors.map(([issue]) => issue?.message)
  return expected.length === 0 ? union : { ...union, message: expected.join(', or ') }
}

function remedyFor(of: string, issue: Issue): string {
  const { input } = issue
  const isType = issue.code === 'invalid_type'
  if (input instanceof AbortController) return 'Give its signal: `controller.signal`.'
  if (input instanceof Promise) return 'Wait for it first: `await`.'
  if (isType && issue.expected === 'bigint' && input instanceof Date) {
    return `Times are Unix seconds: write \`${BigInt(Math.floor(input.getTime() / 1000) || 0)}n\`, or \`BigInt(Math.floor(date.getTime() / 1000))\`.`
  }
  if (isType && issue.expected === 'bigint' && typeof input === 'number' && Number.isSafeInteger(input)) {
    return `Write \`${input}n\`, or \`BigInt(${input})\`: amounts and times are bigints.`
  }
  if (isType && issue.expected === 'bigint' && (typeof input === 'number' || typeof input === 'string')) {
    return /^\d+$/.test(String(input))
      ? `Write \`${input}n\`, without quotes: amounts and times are bigints.`
      : 'Amounts are bigints in minor units: of a token with six decimals, 0.25 is `250_000n`.'
  }
  if (isType && issue.expected === 'array' && input !== undefined) return 'Give a list, also of one: `[…]`.'
  return `See \`${of}\` in docs/sdk.md.`
}

function suggestion(name: string, names: readonly string[]): string {
  const meant = nearest(name, names)
  return meant === undefined ? `Known are ${names.join(', ')}.` : `Did you mean \`${meant}\`?`
}

/** What somebody gave, in a few words: no more of it than its kind where it is large. */
export function described(value: unknown): string {
  switch (typeof value) {
    case 'undefined':
      return 'nothing'
    case 'string':
      return JSON.stringify(shortened(value))
    case 'bigint':
      return `${shortened(String(value))}n`
    case 'function':
      return 'a function'
    case 'object':
      if (value === null) return 'null'
      if (Array.isArray(value)) return 'an array'
      if (value instanceof Promise) return 'a promise'
      if (value instanceof Date) return 'a Date'
      if (value instanceof AbortController) return 'an AbortController'
      return `an object with ${shortened(Object.keys(value).join(', ')) || 'nothing in it'}`
    default:
      return String(value)
  }
}

function pathOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}${text && '.'}${String(key)}`),
    '',
  )
}

function matching<T extends string>(pattern: RegExp, expected: string): z.ZodType<T> {
  return z.custom<T>((value) => typeof value === 'string' && pattern.test(value), expected)
}
