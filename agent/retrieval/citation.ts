import { sha256 } from 'viem'
import { RefusedError } from '../../protocol/errors.ts'
import type { Citation } from '../../protocol/types.ts'

/**
 * Checks that a document says what a citation quotes, where it says so.
 *
 * @param content bytes of the document
 * @throws RefusedError `CITATION_FALSE`: it is another document, or says something else there
 * @example checkCitation(citation, await readFile('report.txt'))
 */
export function checkCitation({ content: cited, start, end, quote }: Citation, content: Uint8Array): void {
  const digest = sha256(content)
  if (digest !== cited) throw wrong('content', cited, digest)
  if (start > end || end > BigInt(content.length)) {
    throw wrong('end', `start <= end <= ${content.length}, the document's bytes`, `${start} to ${end}`)
  }
  const said = content.subarray(Number(start), Number(end))
  const quoted = new TextEncoder().encode(quote)
  const isSame = said.length === quoted.length && said.every((byte, index) => byte === quoted[index])
  if (!isSame) throw wrong('quote', shortened(new TextDecoder().decode(said)), shortened(quote))
}

function shortened(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 80)}…`
}

function wrong(field: string, expected: unknown, received: unknown): RefusedError {
  return new RefusedError('CITATION_FALSE', 'A document does not say what is cited of it.', {
    field: `citation.${field}`,
    expected,
    received,
    remedy: 'Do not rely on the answer: its agent signed what is not so.',
  })
}
