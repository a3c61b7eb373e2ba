import { sha256 } from 'viem'
import type { Domain } from '../../../protocol/eip712.ts'
import type { Identity } from '../../network/identity.ts'
import { ExpiringCache } from '../expiring-cache.ts'
import type { Asking } from '../services/index.ts'
import { type KnowledgeDraft, type KnowledgeTerms, signKnowledge, toMessage } from './answer.ts'
import { MAX_BYTES_KEPT, MAX_KEPT } from './constants.ts'

/** Answers a question; what it throws is reported, and the asker pays nothing. */
export type KnowledgeHandler = (
  question: Uint8Array,
  asking: Asking,
) => KnowledgeDraft | Promise<KnowledgeDraft>

/** A service that answers on terms. */
export interface KnowledgeService {
  capability: string
  handler: KnowledgeHandler
  terms: KnowledgeTerms
}

export interface KnowledgeProviderComponents {
  identity: Identity
  domain: Domain
  /** Unix seconds. */
  now: () => bigint
}

/** The side that computes answers, each once while it holds. */
export class KnowledgeProvider {
  readonly #components: KnowledgeProviderComponents
  /** Answers as they are handed over, and by which service: who ends one and begins another has other answers, or terms. */
  readonly #computed = new ExpiringCache<{ service: KnowledgeService; message: Uint8Array }>({
    entries: MAX_KEPT,
    bytes: MAX_BYTES_KEPT,
  })

  constructor(components: KnowledgeProviderComponents) {
    this.#components = components
  }

  /**
   * The signed answer to a question, as it is handed over. What may not be passed on is one asker's alone, and computed anew.
   *
   * @throws RefusedError `ANSWER_UNUSABLE` or `MESSAGE_TOO_LARGE`; what the handler throws
   */
  async answer(service: KnowledgeService, body: Uint8Array, asking: Asking): Promise<Uint8Array> {
    const { capability, handler, terms } = service
    const { now } = this.#components
    const question = sha256(body)
    const key = `${capability}/${question}`
    const known = terms.reuse === 'none' ? undefined : this.#computed.get(key, now())
    if (known?.service === service) return known.message
    const draft = await handler(body, asking)
    const signed = signKnowledge(this.#components, { capability, question, now: now() }, draft, terms)
    const message = toMessage(signed)
    const { expiry } = signed.value
    if (terms.reuse !== 'none') {
      this.#computed.set(key, { value: { service, message }, expiry, bytes: message.length }, now())
    }
    return message
  }
}
