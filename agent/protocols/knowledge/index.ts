export { type KnowledgeDraft, openKnowledge, type SignedKnowledge } from './answer.ts'
export type { AcquiredKnowledge, AskKnowledgeOptions } from './asker.ts'
export { type ContentOf, withContent } from './content.ts'
export { Knowledge } from './knowledge.ts'
export {
  askKnowledgeOptionsSchema,
  type KnowledgeOptions,
  knowledgeOptionsSchema,
  termsOf,
} from './options.ts'
export type { KnowledgeHandler } from './provider.ts'
