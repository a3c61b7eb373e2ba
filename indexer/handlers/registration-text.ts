import { z } from 'zod'
import { keepable, storable, wordsOf } from '../store/text.ts'

/** What ERC-8004 has people read of a registration file. */
const registrationSchema = z.looseObject({ name: z.string().catch(''), description: z.string().catch('') })
const DATA_URI = /^data:application\/json(?:;charset=utf-8)?(;base64)?,(.*)$/is

/**
 * Words by which an agent is found: name and description where the URI is the registration file itself (`data:`), otherwise the
 * URI, for the index fetches nothing. Empty when the URI is longer than is kept.
 */
export function registrationText(uri: string): string {
  return wordsOf(storable(described(keepable(uri) ?? ''))).join(' ')
}

function described(uri: string): string {
  if (!DATA_URI.test(uri)) return uri
  const { name, description } = registrationOf(uri)
  return `${name} ${description}`
}

/** What a registration file says of its agent, where the URI is the file; else nothing. */
export function registrationOf(uri: string): { name: string; description: string } {
  const [, base64, body] = DATA_URI.exec(uri) ?? []
  const file = registrationSchema.safeParse(body === undefined ? {} : parse(body, base64 !== undefined))
  return file.success ? file.data : { name: '', description: '' }
}

function parse(body: string, isBase64: boolean): unknown {
  try {
    return JSON.parse(isBase64 ? Buffer.from(body, 'base64').toString('utf8') : decodeURIComponent(body))
  } catch {
    return undefined
  }
}
