import type { PeerId } from '@libp2p/interface'
import { z } from 'zod'
import { MAX_CONTENT_BYTES } from '../../../protocol/content.ts'
import { addressSchema, checkInput, hashSchema, membersOf, signalSchema } from '../../../protocol/input.ts'
import type { Address } from '../../../protocol/types.ts'
import type { ReceivedCapability } from '../agent-discovery/index.ts'
import { MAX_PROVIDERS } from './constants.ts'

/** Who may have a content: an agent by its address or its record, or a peer. */
export type ContentProvider = Address | PeerId | Pick<ReceivedCapability, 'peerId' | 'value'>

export interface FetchOptions {
  /** When it is aborted, the call rejects with its reason; what has come is kept. */
  signal?: AbortSignal | undefined
  /** Most bytes that the content may have; 64 MiB by default. A larger one is refused before its chunks are asked for. */
  maxBytes?: number | undefined
}

const provider = z.union([
  addressSchema,
  z.custom<Exclude<ContentProvider, string>>(
    (value) => typeof value === 'object' && value !== null && ('peerId' in value || 'toMultihash' in value),
    'an address, a peer id, or an agent as `recordOf` gives it',
  ),
])

const methods = {
  put: z.strictObject({ content: z.instanceof(Uint8Array) }),
  get: z.strictObject({ digest: hashSchema }),
  has: z.strictObject({ digest: hashSchema }),
  pin: z.strictObject({ digest: hashSchema }),
  unpin: z.strictObject({ digest: hashSchema }),
  remove: z.strictObject({ digest: hashSchema }),
  fetch: z.strictObject({
    digest: hashSchema,
    providers: z.array(provider).max(MAX_PROVIDERS, `at most ${MAX_PROVIDERS} providers`),
    options: membersOf<FetchOptions>({
      signal: signalSchema.optional(),
      maxBytes: z.int().min(0).max(MAX_CONTENT_BYTES).optional(),
    }),
  }),
}

/** Checks what a method of the content exchange was given. @throws ConfigError `ARGUMENT_INVALID` or `OPTION_UNKNOWN` */
export function checkGiven(of: keyof typeof methods, given: Record<string, unknown>): void {
  checkInput(`content.${of}`, methods[of], given)
}
