import { type Envelope, type EnvelopeSigner, openEnvelope, sealEnvelope } from '../../../protocol/dsse.ts'
import type { Address } from '../../../protocol/types.ts'
import { type ModelOrigin, readStatement, writeStatement } from './statement.ts'

/** Source: https://github.com/in-toto/attestation/blob/main/spec/v1/envelope.md */
const PAYLOAD_TYPE = 'application/vnd.in-toto+json'

/** Where a model comes from, and who says so. */
export interface SignedOrigin extends ModelOrigin {
  readonly signer: Address
}

/**
 * States where a model comes from: an in-toto statement in a DSSE envelope, which is JSON.
 *
 * @param signer who answers for it, such as an agent's identity
 * @throws WireError `PROVENANCE_INVALID` that names the field
 *
 * @example
 * ```ts
 * const first = signOrigin({ model, base: undefined, updates: [], rule: { name: 'he', parameters: { seed: 1 } } }, identity)
 * readOrigin(first).signer // identity.address
 * ```
 */
export function signOrigin(origin: ModelOrigin, signer: EnvelopeSigner): Envelope {
  return sealEnvelope(PAYLOAD_TYPE, writeStatement(origin), signer)
}

/**
 * Reads a statement about a model, and verifies its signature; whether to believe the signer is the reader's to decide.
 *
 * @param envelope anything, as JSON has it
 * @throws WireError `ENVELOPE_INVALID` or `PROVENANCE_INVALID`, which name the field; SignatureError
 */
export function readOrigin(envelope: unknown): SignedOrigin {
  const { text, signer } = openEnvelope(envelope, PAYLOAD_TYPE)
  return { ...readStatement(text), signer }
}
