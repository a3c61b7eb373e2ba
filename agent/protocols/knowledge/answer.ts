import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { create } from 'multiformats/hashes/digest'
import { hexToBytes, sha256 } from 'viem'
import { type Domain, hashKnowledgeAnswer } from '../../../protocol/eip712.ts'
import { RefusedError, SignatureError } from '../../../protocol/errors.ts'
import { MAX_SERVICE_BYTES } from '../../../protocol/limits.ts'
import { verifyDigest } from '../../../protocol/signature.ts'
import type { Citation, Hex, KnowledgeAnswer, KnowledgeKind, Reuse } from '../../../protocol/types.ts'
import {
  decodeKnowledge,
  decodeKnowledgeAnswer,
  encodeKnowledge,
  encodeKnowledgeAnswer,
} from '../../../protocol/wire/knowledge.ts'
import type { Identity } from '../../network/identity.ts'

/** What a handler answers. */
export interface KnowledgeDraft {
  kind: KnowledgeKind
  /** Media type, such as `text/csv`. */
  contentType: string
  /** The answer; or SHA-256 and length in bytes of one that is had elsewhere by them, being too long for a message. */
  body: Uint8Array | string | { digest: Hex; length: bigint }
  /** Which model inferred it. */
  model?: string
  /** What it rests upon, at most 16. */
  citations?: Citation[]
}

/** On which terms a service answers. */
export interface KnowledgeTerms {
  /** Seconds for which an answer holds; with 0n nobody keeps it. */
  ttl: bigint
  /** SPDX identifier such as `CC-BY-4.0`, or a URL; '' for none. */
  licence: string
  /** What whoever buys an answer may do with it. */
  reuse: Reuse
}

/** An answer that an agent signed; anybody can see that by `value` and `signature` alone, whoever handed it over. */
export interface SignedKnowledge {
  readonly value: KnowledgeAnswer
  readonly signature: Hex
  /** Content id (CIDv1, raw, SHA-256) of the canonical bytes of `value`. */
  readonly cid: string
  /** The answer itself; undefined where it is had elsewhere, by `value.body`. */
  readonly body: Uint8Array | undefined
  /** The answer as UTF-8, '' where it is had elsewhere. */
  readonly text: string
}

/** Content id (CIDv1, raw) of a SHA-256 digest. @example cidOf(sha256(bytes)) // 'bafkrei…' */
export function cidOf(digest: Hex): string {
  return CID.createV1(raw.code, create(0x12, hexToBytes(digest))).toString()
}

/**
 * Signs an answer.
 *
 * @param asked.question SHA-256 of the question
 * @param asked.now Unix seconds
 * @throws RefusedError `ANSWER_UNUSABLE` when it cannot be told apart from nothing: a citation without citations
 */
export function signKnowledge(
  { identity, domain }: { identity: Identity; domain: Domain },
  asked: { capability: string; question: Hex; now: bigint },
  { kind, contentType, body, model = '', citations = [] }: KnowledgeDraft,
  { ttl, licence, reuse }: KnowledgeTerms,
): SignedKnowledge {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const isHere = bytes instanceof Uint8Array
  const { digest, length } = isHere ? { digest: sha256(bytes), length: BigInt(bytes.length) } : bytes
  const value: KnowledgeAnswer = {
    agent: identity.address,
    capability: asked.capability,
    question: asked.question,
    kind,
    contentType,
    body: digest,
    length,
    model,
    licence,
    reuse,
    citations,
    answeredAt: asked.now,
    expiry: asked.now + ttl,
  }
  checkKind(value)
  const signature = identity.sign(hashKnowledgeAnswer(domain, value))
  // What others would refuse is refused here, with the field that is out of its bounds.
  decodeKnowledgeAnswer(encodeKnowledgeAnswer(value))
  return signedOf(value, signature, isHere ? bytes : undefined)
}

/**
 * An answer as it is handed over.
 *
 * @throws RefusedError `MESSAGE_TOO_LARGE` when it has to be had by its digest
 */
export function toMessage({ value, signature, body = new Uint8Array() }: SignedKnowledge): Uint8Array {
  const message = encodeKnowledge({ answer: encodeKnowledgeAnswer(value), signature, body })
  if (message.length <= MAX_SERVICE_BYTES) return message
  throw new RefusedError('MESSAGE_TOO_LARGE', 'An answer is too long.', {
    field: 'answer',
    expected: `at most ${MAX_SERVICE_BYTES} bytes, with its citations`,
    received: `${message.length} bytes`,
    remedy: 'Answer in parts, or give `body` as { digest, length }, by which it is had elsewhere.',
  })
}

/**
 * Opens an answer that was handed over: verifies that who it names signed it, and that the body is the one that was signed.
 * To which question it is, and whether it still holds, is `checkFit`'s.
 *
 * @throws WireError when it is malformed; SignatureError `SIGNER_WRONG` or `BODY_WRONG`; RefusedError `ANSWER_UNUSABLE`
 * @example const { value, text } = openKnowledge(meshDomain(deployment), bytes)
 */
export function openKnowledge(domain: Domain, bytes: Uint8Array): SignedKnowledge {
  const { answer, signature, body } = decodeKnowledge(bytes)
  const value = decodeKnowledgeAnswer(answer)
  verifyDigest(hashKnowledgeAnswer(domain, value), signature, value.agent)
  checkKind(value)
  const signed = signedOf(value, signature, undefined)
  return body.length === 0 && value.length > 0n ? signed : withBody(signed, body)
}

/**
 * An answer with its body, where that was had elsewhere.
 *
 * @throws SignatureError `BODY_WRONG` when it is another one
 */
export function withBody({ value, signature }: SignedKnowledge, body: Uint8Array): SignedKnowledge {
  const digest = sha256(body)
  if (digest === value.body && BigInt(body.length) === value.length) return signedOf(value, signature, body)
  throw new SignatureError('BODY_WRONG', 'An answer is not the one that its agent signed.', {
    field: 'knowledge.body',
    expected: `${value.body}, ${value.length} bytes`,
    received: `${digest}, ${body.length} bytes`,
    remedy: 'Ask another holder, or who computed it.',
  })
}

function signedOf(value: KnowledgeAnswer, signature: Hex, body: Uint8Array | undefined): SignedKnowledge {
  return {
    value,
    signature,
    body,
    cid: cidOf(sha256(encodeKnowledgeAnswer(value))),
    get text() {
      return new TextDecoder().decode(body)
    },
  }
}

/** @throws RefusedError `ANSWER_UNUSABLE` */
function checkKind({ kind, citations, model, answeredAt, expiry }: KnowledgeAnswer): void {
  const wrong =
    (kind === 'citation' && citations.length === 0 && 'citations') ||
    (kind === 'inference' && model === '' && 'model') ||
    (citations.some(({ start, end }) => start > end) && 'citations') ||
    (expiry < answeredAt && 'expiry')
  if (wrong === false) return
  throw new RefusedError('ANSWER_UNUSABLE', 'An answer does not say what its kind has to.', {
    field: `knowledgeAnswer.${wrong}`,
    expected: 'a citation with citations, an inference with its model; start <= end, answeredAt <= expiry',
    received: { citations: citations.length, model, expiry }[wrong],
    remedy: 'Name what the answer rests upon, or give it another kind.',
  })
}
