import { z } from 'zod'
import { RefusedError } from '../../../protocol/errors.ts'
import { addressSchema, callable, membersOf, signalSchema } from '../../../protocol/input.ts'
import { MAX_STRING_BYTES } from '../../../protocol/limits.ts'
import { REUSES } from '../../../protocol/types.ts'
import { MAX_WORK_TIMEOUT } from '../services/constants.ts'
import type { ServiceOptions } from '../services/index.ts'
import type { KnowledgeTerms } from './answer.ts'
import type { AskKnowledgeOptions } from './asker.ts'
import type { ContentOf } from './content.ts'

/** How a service answers, and on which terms; `ttl` 0n, no licence and reuse `none` by default. */
export type KnowledgeOptions = ServiceOptions & Partial<KnowledgeTerms>

export const knowledgeOptionsSchema = membersOf<KnowledgeOptions>({
  price: z.bigint().optional(),
  ttl: z.bigint().optional(),
  credit: z.int().optional(),
  concurrency: z.int().optional(),
  timeout: z.number().optional(),
  licence: z.string().optional(),
  reuse: z.enum(REUSES).optional(),
})

export const askKnowledgeOptionsSchema = membersOf<AskKnowledgeOptions>({
  maxPrice: z.bigint().optional(),
  requests: z.int().positive().optional(),
  timeout: z.number().positive().max(MAX_WORK_TIMEOUT).optional(),
  signal: signalSchema.optional(),
  by: z.array(addressSchema).optional(),
  passOn: z.boolean().optional(),
  contentOf: callable<ContentOf>().optional(),
})

/**
 * The terms of a service with nothing left open.
 *
 * @throws RefusedError `SERVICE_INVALID` when answers may be passed on, and there is no licence to do so or no time in which
 */
export function termsOf({ ttl = 0n, licence = '', reuse = 'none' }: KnowledgeOptions): KnowledgeTerms {
  const wrong =
    (new TextEncoder().encode(licence).length > MAX_STRING_BYTES && 'licence') ||
    (reuse !== 'none' && licence === '' && 'licence') ||
    ((ttl < 0n || (reuse !== 'none' && ttl === 0n)) && 'ttl')
  if (wrong === false) return { ttl, licence, reuse }
  throw new RefusedError('SERVICE_INVALID', 'A service cannot answer on such terms.', {
    field: `options.${wrong}`,
    expected: `with reuse a licence and a ttl above 0; a licence of at most ${MAX_STRING_BYTES} bytes`,
    received: { licence, ttl }[wrong],
    remedy: 'Name the licence (`CC-BY-4.0`) and for how many seconds an answer holds; or leave `reuse` out.',
  })
}
