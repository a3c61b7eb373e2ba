import type { z } from 'zod'
import { ConfigError, messageOf } from '../protocol/errors.ts'
import { expectation } from '../protocol/expectation.ts'
import { nameOf, readText } from './text-file.ts'

/**
 * Reads a JSON file that the user names, or standard input for `-`.
 *
 * @throws ConfigError `FILE_UNREADABLE` when it cannot be read, `FILE_INVALID` when it is not JSON or not what the schema
 *   says.
 */
export function readJson<T>(file: string, schema: z.ZodType<T>, shape: string): T {
  const name = nameOf(file)
  const content = parseJson(readText(file), name)
  const { success, data, error } = schema.safeParse(content, { error: expectation })
  if (success) return data
  const issue = error.issues[0]
  throw new ConfigError('FILE_INVALID', 'The file does not hold what is needed.', {
    field: [name, issue?.path.join('.')].filter(Boolean).join(': '),
    expected: issue?.message,
    received: excerpt(issue?.path.reduce(memberOf, content)),
    remedy: `Write ${shape}`,
  })
}

/** @param name of the file, for the error. @throws ConfigError `FILE_INVALID` */
export function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ConfigError('FILE_INVALID', 'The file is not JSON.', {
      field: name,
      received: messageOf(cause),
      remedy: 'Look at the place that is named.',
      cause,
    })
  }
}

/** A value out of a file, as an error shows it: what was read without trouble may be too deep to be written. */
export function excerpt(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return 'lists or objects within one another, too deep to show'
  }
}

function memberOf(value: unknown, key: PropertyKey): unknown {
  return (value as Record<PropertyKey, unknown> | null | undefined)?.[key]
}
