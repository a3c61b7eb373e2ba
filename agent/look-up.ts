import { z } from 'zod'
import { RefusedError, shortened } from '../protocol/errors.ts'
import { membersOf, signalSchema } from '../protocol/input.ts'
import type { Hex } from '../protocol/types.ts'
import { type AgentQuery, agentQuerySchema } from './protocols/agent-discovery/index.ts'
import type {
  AcquiredKnowledge,
  AskKnowledgeOptions,
  KnowledgeDraft,
  KnowledgeHandler,
} from './protocols/knowledge/index.ts'
import type { FoundPassage, Library } from './retrieval/index.ts'

/** How a question is looked up, first in what is held, and then in the mesh. */
export interface LookUpOptions extends Pick<AskKnowledgeOptions, 'maxPrice' | 'signal'> {
  /** Whom to ask when nothing that is held answers: a query for agents of one capability. */
  query: AgentQuery | string
  /** Least score of the best passage with which what is held answers; scores are comparable within one library. */
  threshold: number
  /** Most passages; 5 by default. */
  k?: number
}

export const lookUpOptionsSchema = membersOf<LookUpOptions>({
  query: z.union([z.string('a query as text'), agentQuerySchema]),
  threshold: z.number(),
  k: z.int().positive().optional(),
  maxPrice: z.bigint().optional(),
  signal: signalSchema.optional(),
})

/** What came of looking a question up. */
export interface LookedUp {
  /** The best passages of the library, the best first. */
  passages: FoundPassage[]
  /** What an agent was paid for; undefined where the library answered. */
  answer: AcquiredKnowledge | undefined
}

/** A question that asks for a document by the SHA-256 of its bytes. */
const DOCUMENT = /^sha256:([0-9a-f]{64})$/

/** The question by which an agent that serves a library is asked for a document. @param digest SHA-256 of its bytes */
export function documentQuestion(digest: Hex): string {
  return `sha256:${digest.slice(2)}`
}

/**
 * Answers by what a library holds: the passages that fit a question best, as citations; or a document as it is, by
 * `documentQuestion`. What does not fit by the threshold is not answered, and costs nothing.
 *
 * @param options.threshold least score of a passage
 * @param options.k most passages; 5 by default
 * @example network.serveKnowledge('facts.energy', citing(library, { threshold: 3 }), { price: 5_000n })
 */
export function citing(
  library: Library,
  { threshold, k = 5 }: { threshold: number; k?: number },
): KnowledgeHandler {
  return (bytes) => {
    const question = new TextDecoder().decode(bytes)
    const digest = DOCUMENT.exec(question)?.[1]
    if (digest !== undefined) return documentOf(library, `0x${digest}`)
    const passages = library.retrieve(question, k).filter(({ score }) => score >= threshold)
    if (passages.length === 0) throw notHeld('question', 'words of a document that is held', question)
    return {
      kind: 'citation',
      contentType: 'text/plain; charset=utf-8',
      body: passages.map(({ text }) => text).join('\n\n'),
      citations: passages.map(({ citation }) => citation),
    }
  }
}

function documentOf(library: Library, digest: Hex): KnowledgeDraft {
  const document = library.document(digest)
  if (document === undefined) throw notHeld('question', 'SHA-256 of a document that is held', digest)
  return { kind: 'dataset', contentType: 'text/plain; charset=utf-8', body: document.content }
}

function notHeld(field: string, expected: string, received: string): RefusedError {
  return new RefusedError('ANSWER_UNKNOWN', 'Nothing that is held answers.', {
    field,
    expected,
    received: shortened(received),
    remedy: 'Ask in other words, or another agent. Nothing was paid.',
  })
}
