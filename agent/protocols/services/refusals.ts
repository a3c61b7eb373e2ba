import { MeshError, RefusedError } from '../../../protocol/errors.ts'
import type { MessageOf } from './protocol.ts'

/** Codes by which a provider says that a tab can be used no more, so that the asker opens another one. */
export const TAB_CODES: readonly string[] = [
  'TAB_UNKNOWN',
  'TAB_CLOSED',
  'TAB_USED_UP',
  // A provider that was killed has counted what never arrived.
  'CREDIT_EXCEEDED',
]

/** Why a service that costs something needs a chain. */
export const NO_PAYMENT = 'A service that costs something is paid on a chain.'

/** What an asker is told; of faults that are the provider's own, no more than that there was one. */
export function refusalFor(error: unknown): MessageOf<'refusal'> {
  if (!(error instanceof MeshError)) return { type: 'refusal', code: 'SERVICE_FAILED', detail: '' }
  return { type: 'refusal', code: error.code, detail: String(error.expected ?? '').slice(0, 200) }
}

/** What a provider said, as an error of this side. */
export function refusedBy({ code, detail }: MessageOf<'refusal'>): RefusedError {
  return new RefusedError('SERVICE_REFUSED', 'A provider does not answer.', {
    field: 'question',
    expected: 'an answer',
    received: detail === '' ? code : `${code}: ${detail}`,
    remedy: 'Nothing was paid for it. Ask another provider, or later.',
  })
}
