import { RefusedError } from '../../../protocol/errors.ts'
import type { Hex } from '../../../protocol/types.ts'
import { checkCitation } from '../../retrieval/index.ts'
import { type SignedKnowledge, withBody } from './answer.ts'

/** Gives a document by the SHA-256 of its bytes; undefined where it is not to be had. */
export type ContentOf = (digest: Hex) => Promise<Uint8Array | undefined>

/**
 * An answer with its body, fetched where that is had elsewhere, of which each citation was held against its document.
 *
 * @throws RefusedError `CONTENT_MISSING`, or `CITATION_FALSE` when a document does not say what is quoted; SignatureError
 *   `BODY_WRONG`; what `contentOf` throws
 */
export async function withContent(answer: SignedKnowledge, contentOf: ContentOf): Promise<SignedKnowledge> {
  const { value, body } = answer
  for (const citation of value.citations) {
    checkCitation(citation, await documentOf(citation.content, contentOf))
  }
  return body === undefined ? withBody(answer, await documentOf(value.body, contentOf)) : answer
}

async function documentOf(digest: Hex, contentOf: ContentOf): Promise<Uint8Array> {
  const content = await contentOf(digest)
  if (content !== undefined) return content
  throw new RefusedError('CONTENT_MISSING', 'A document is not to be had.', {
    field: 'contentOf',
    expected: 'its bytes',
    received: digest,
    remedy: 'Fetch it from who answered, or ask without `contentOf`, unchecked.',
  })
}
