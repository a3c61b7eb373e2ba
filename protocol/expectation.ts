import type { z } from 'zod'

/**
 * Says what a schema expects in words for people, in place of those of the schema library. What a schema says by
 * itself comes first.
 *
 * @example
 * ```ts
 * z.object({ chainId: z.int() }).safeParse({ chainId: '1' }, { error: expectation }) // 'an integer'
 * ```
 */
export const expectation: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      if (Array.isArray(issue.input) && issue.expected !== 'array') return 'one value'
      return withArticle(issue.expected === 'int' ? 'integer' : issue.expected)
    case 'invalid_value':
      return `one of ${issue.values.join(', ')}`
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unit(issue.origin, issue.minimum)}`
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unit(issue.origin, issue.maximum)}`
    case 'unrecognized_keys':
      return 'no such field'
    default:
      return 'a valid value'
  }
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`
}

function unit(origin: string, count: number | bigint): string {
  const isOne = Number(count) === 1
  if (origin === 'string') return isOne ? ' character' : ' characters'
  if (origin === 'array') return isOne ? ' entry' : ' entries'
  return ''
}
