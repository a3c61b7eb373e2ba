import { z } from 'zod'
import type { Position } from '../store/queries/page.ts'

const DEFAULT_LIMIT = 50
const MAX_LIMIT = 200

/** Query parameter `limit`. */
export const limitParameter = z
  .string()
  .regex(/^\d{1,3}$/, `a whole number from 1 to ${MAX_LIMIT}`)
  .transform(Number)
  .refine((limit) => limit >= 1 && limit <= MAX_LIMIT, `a whole number from 1 to ${MAX_LIMIT}`)
  .default(DEFAULT_LIMIT)
  .meta({
    description: `Most entries of a page, 1 to ${MAX_LIMIT}, ${DEFAULT_LIMIT} when absent`,
    type: 'integer',
    example: 5,
  })

/** What a cursor has to be. */
const CURSOR = 'the nextCursor of the page before'

/** Query parameter `cursor`: the `page.nextCursor` of the page before, opaque to clients. */
export function cursorParameter<T>(key: z.ZodType<T>) {
  return z
    .string()
    .max(128, CURSOR)
    .transform((text, context): T => {
      const parsed = key.safeParse(decode(text))
      if (parsed.success) return parsed.data
      context.addIssue(CURSOR)
      return z.NEVER
    })
    .optional()
    .meta({ description: '`page.nextCursor` of the page before; absent: the newest entries', type: 'string' })
}

/** Text of a cursor. A bigint is written as decimal digits. */
export function encodeCursor(key: bigint | number | readonly number[]): string {
  return Buffer.from(JSON.stringify(typeof key === 'bigint' ? String(key) : key)).toString('base64url')
}

function decode(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}

/** What the database holds in four bytes. */
const int4 = z
  .int()
  .min(0)
  .max(2 ** 31 - 1)

/** What a cursor by position holds: block and index of a log. */
export const positionKey: z.ZodType<Position> = z.tuple([z.int().nonnegative(), int4])

/** What a cursor holds where a log tells of several entries: their place besides. */
export const placeKey: z.ZodType<[...Position, place: number]> = z.tuple([z.int().nonnegative(), int4, int4])
