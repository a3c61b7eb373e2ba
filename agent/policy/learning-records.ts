import type { LearningTask } from '../../protocol/learning.ts'
import type { Hex } from '../../protocol/types.ts'
import type { Journal } from './journal.ts'
import { Journaled } from './journaled.ts'

/** As what an agent takes part in a round. */
export type LearningRole = 'requester' | 'participant' | 'evaluator'

/** An own update, and what opens the commitment to it. */
export interface OwnUpdate {
  updateRoot: Hex
  contentId: Hex
  salt: Hex
}

/** An own hidden set, and what opens its hash; with the update of which the score is known, if there is one. */
export interface OwnHiddenSet {
  setRoot: Hex
  salt: Hex
  canary: { updateRoot: Hex; score: number; salt: Hex } | undefined
}

/** Own scores, and what opens the commitment to them. */
export interface OwnScores {
  scores: number[]
  resultRoot: Hex
  salt: Hex
}

/** What is written before others hear of it. */
type Entry =
  | { kind: 'role'; id: Hex; task: LearningTask; block: bigint; role: LearningRole }
  | { kind: 'update'; id: Hex; update: OwnUpdate }
  | { kind: 'hidden'; id: Hex; hidden: OwnHiddenSet }
  | { kind: 'scores'; id: Hex; scores: OwnScores }
  | { kind: 'over'; id: Hex }

/** What this agent has to do with a round that is not over for it. */
export interface LearningRecord {
  readonly id: Hex
  readonly task: LearningTask
  /** A block that is not after the one in which the task was opened. */
  readonly block: bigint
  readonly roles: Set<LearningRole>
  update?: OwnUpdate
  hidden?: OwnHiddenSet
  scores?: OwnScores
}

/** The rounds of learning in which this agent takes part, on disk before anybody hears of it. */
export class LearningRecords extends Journaled<Entry> {
  readonly #rounds = new Map<Hex, LearningRecord>()

  /** @param entries what the journal held when it was opened */
  constructor(journal: Journal, entries: readonly unknown[] = []) {
    super(journal)
    for (const entry of entries) this.apply(entry as Entry)
  }

  /** The rounds that are not over for this agent. */
  open(): LearningRecord[] {
    return [...this.#rounds.values()]
  }

  of(id: Hex): LearningRecord | undefined {
    return this.#rounds.get(id)
  }

  /** Remembers to take part in a round. */
  enter(id: Hex, task: LearningTask, block: bigint, role: LearningRole): Promise<void> {
    return this.record({ kind: 'role', id, task, block, role })
  }

  /** Remembers an own update. Returns when it is safe to commit to. */
  addUpdate(id: Hex, update: OwnUpdate): Promise<void> {
    return this.record({ kind: 'update', id, update })
  }

  /** Remembers what opens an own hidden set. Returns when it is safe to open the task. */
  addHiddenSet(id: Hex, hidden: OwnHiddenSet): Promise<void> {
    return this.record({ kind: 'hidden', id, hidden })
  }

  /** Remembers own scores. Returns when it is safe to commit to them. */
  addScores(id: Hex, scores: OwnScores): Promise<void> {
    return this.record({ kind: 'scores', id, scores })
  }

  /** Forgets a round in which nothing is left to do. */
  end(id: Hex): Promise<void> {
    return this.record({ kind: 'over', id })
  }

  protected apply(entry: Entry): void {
    const { id } = entry
    const record = this.#rounds.get(id)
    if (entry.kind === 'role') {
      const { task, block, role } = entry
      if (record === undefined) this.#rounds.set(id, { id, task, block, roles: new Set([role]) })
      else record.roles.add(role)
      return
    }
    if (entry.kind === 'over') this.#rounds.delete(id)
    else if (record === undefined) return
    else if (entry.kind === 'update') record.update = entry.update
    else if (entry.kind === 'hidden') record.hidden = entry.hidden
    else record.scores = entry.scores
  }
}

/** What is still needed of a journal of rounds: what was said of those that are not over. */
export function openRounds(entries: readonly unknown[]): unknown[] {
  const ends = new Map<Hex, number>()
  const all = entries as readonly Entry[]
  for (const [index, { kind, id }] of all.entries()) if (kind === 'over') ends.set(id, index)
  // Whoever could not take part in one role may have come back in another.
  return all.filter(({ id }, index) => index > (ends.get(id) ?? -1))
}
