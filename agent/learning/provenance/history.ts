import type { Address, Hex } from '../../../protocol/types.ts'
import { readOrigin, type SignedOrigin } from './envelope.ts'
import { invalid } from './statement.ts'

/** Most statements of a history. */
const MAX_STATEMENTS = 10_000

/** What a history has to show. */
export interface Claim {
  /** Digest of the content of the model whose history it is. */
  readonly model: Hex
  /** Whom to believe; by default any signer, whom the caller then has to look at. */
  readonly isTrusted?: (signer: Address) => boolean
}

/**
 * Verifies a model's history back to the first model: each statement's signature, that each is about the base of the next,
 * and that there is one for every model in between and none beside. What it does not show is that the updates make the
 * model: who has them can aggregate again, and compare digests.
 *
 * @param envelopes in any sequence
 * @returns what they say, from the first model on
 * @throws WireError `PROVENANCE_INVALID` when a link is missing, doubled, or leads nowhere, or a signer is not trusted; what
 *   `readOrigin` throws
 *
 * @example
 * ```ts
 * const rounds = verifyHistory([first, second], { model, isTrusted: (signer) => signer === requester })
 * rounds.map(({ rule }) => rule.name) // ['he', 'trimmed-mean']
 * ```
 */
export function verifyHistory(envelopes: readonly unknown[], { model, isTrusted }: Claim): SignedOrigin[] {
  if (envelopes.length > MAX_STATEMENTS) {
    throw invalid('history', `at most ${MAX_STATEMENTS} statements`, envelopes.length)
  }
  const origins = new Map<Hex, SignedOrigin>()
  for (const [index, envelope] of envelopes.entries()) {
    const origin = readOrigin(envelope)
    const field = `history[${index}]`
    if (isTrusted?.(origin.signer) === false)
      throw invalid(`${field}.signer`, 'a signer to be trusted', origin.signer)
    if (origins.has(origin.model)) throw invalid(field, 'one statement about each model', origin.model)
    origins.set(origin.model, origin)
  }
  const history: SignedOrigin[] = []
  for (let next: Hex | undefined = model; next !== undefined; ) {
    const origin = origins.get(next)
    if (origin === undefined) throw invalid('history', `a statement about ${next}`, 'none, or a circle')
    // None is passed twice, so a circle ends as well.
    origins.delete(next)
    history.unshift(origin)
    next = origin.base
  }
  const [left] = origins.keys()
  if (left !== undefined) throw invalid('history', 'statements about this model and its ancestors', left)
  return history
}
