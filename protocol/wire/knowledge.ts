import { create } from '@bufbuild/protobuf'
import { WireError } from '../errors.ts'
import { MAX_LIST_ENTRIES, MAX_QUOTE_BYTES } from '../limits.ts'
import { type Citation, type Hex, KNOWLEDGE_KINDS, type KnowledgeAnswer, REUSES } from '../types.ts'
import { decodeBody, decodeEnvelope, encode } from './codec.ts'
import { fromHex, oneOf, toAddress, toHash, toSignature, toText } from './fields.ts'
import {
  type Citation as CitationMessage,
  CitationSchema,
  KnowledgeAnswerSchema,
  KnowledgeSchema,
  SignedSchema,
} from './mesh_pb.js'

/** An answer as it is handed over. */
export interface KnowledgeMessage {
  /** The canonical `KnowledgeAnswer`. */
  answer: Uint8Array
  signature: Hex
  /** The answer itself; empty where it is had by its digest. */
  body: Uint8Array
}

/** The canonical bytes of an answer, by whose SHA-256 it is addressed. */
export function encodeKnowledgeAnswer(answer: KnowledgeAnswer): Uint8Array {
  return encode(KnowledgeAnswerSchema, {
    ...answer,
    agent: fromHex(answer.agent),
    question: fromHex(answer.question),
    kind: KNOWLEDGE_KINDS.indexOf(answer.kind),
    body: fromHex(answer.body),
    reuse: REUSES.indexOf(answer.reuse),
    citations: answer.citations.map((citation) =>
      create(CitationSchema, { ...citation, content: fromHex(citation.content) }),
    ),
  })
}

/** @throws WireError naming the field */
export function decodeKnowledgeAnswer(bytes: Uint8Array): KnowledgeAnswer {
  const { $typeName: _, ...answer } = decodeBody(KnowledgeAnswerSchema, bytes)
  return {
    ...answer,
    agent: toAddress(answer.agent, 'knowledgeAnswer.agent'),
    capability: toText(answer.capability, 'knowledgeAnswer.capability'),
    question: toHash(answer.question, 'knowledgeAnswer.question'),
    kind: oneOf(answer.kind, KNOWLEDGE_KINDS, 'knowledgeAnswer.kind'),
    contentType: toText(answer.contentType, 'knowledgeAnswer.contentType'),
    body: toHash(answer.body, 'knowledgeAnswer.body'),
    model: toText(answer.model, 'knowledgeAnswer.model'),
    licence: toText(answer.licence, 'knowledgeAnswer.licence'),
    reuse: oneOf(answer.reuse, REUSES, 'knowledgeAnswer.reuse'),
    citations: toCitations(answer.citations),
  }
}

/** Encodes an answer to be handed over. */
export function encodeKnowledge({ answer, signature, body }: KnowledgeMessage): Uint8Array {
  const signed = create(SignedSchema, { body: answer, signature: fromHex(signature) })
  return encode(KnowledgeSchema, { answer: signed, body })
}

/** Decodes what was handed over; who signed it, and whether the body is the one, is the receiver's to verify. @throws WireError */
export function decodeKnowledge(bytes: Uint8Array): KnowledgeMessage {
  const { answer, body } = decodeEnvelope(KnowledgeSchema, bytes)
  if (answer === undefined) {
    throw new WireError('MESSAGE_MALFORMED', 'An answer is handed over without its statement.', {
      field: 'knowledge.answer',
      expected: 'a signed KnowledgeAnswer',
      received: 'none',
    })
  }
  return { answer: answer.body, signature: toSignature(answer.signature, 'knowledge.signature'), body }
}

function toCitations(citations: readonly CitationMessage[]): Citation[] {
  if (citations.length > MAX_LIST_ENTRIES) {
    throw new WireError('LIST_TOO_LONG', 'An answer has too many citations.', {
      field: 'knowledgeAnswer.citations',
      expected: `at most ${MAX_LIST_ENTRIES}`,
      received: citations.length,
    })
  }
  return citations.map(({ content, start, end, quote, source }, index) => {
    const field = `knowledgeAnswer.citations[${index}]`
    return {
      content: toHash(content, `${field}.content`),
      start,
      end,
      quote: toText(quote, `${field}.quote`, MAX_QUOTE_BYTES),
      source: toText(source, `${field}.source`),
    }
  })
}
