import type { ModelView, RoundView, UpdateView } from '../../api/views.ts'

/** The phases of a round in their order, each with what happens in it and the field that says when it ends. */
export const PHASES = [
  { name: 'commit', title: 'Commit', what: 'Participants seal their updates', until: 'commitUntil' },
  { name: 'reveal', title: 'Reveal', what: 'They open them', until: 'revealUntil' },
  { name: 'attest', title: 'Score, sealed', what: 'Evaluators seal their scores', until: 'attestUntil' },
  { name: 'score', title: 'Open scores', what: 'They open them', until: 'scoreUntil' },
  { name: 'close', title: 'Close', what: 'Copies and lies can be shown', until: 'closeAt' },
] as const

/** How far a phase is. */
export type Progress = 'done' | 'now' | 'ahead' | 'never'

/** How far each phase of a round is, in their order. */
export function progressOf(status: RoundView['status']): Progress[] {
  if (status === 'cancelled') return PHASES.map(() => 'never')
  const present = PHASES.findIndex(({ name }) => name === status)
  if (present === -1) return PHASES.map(() => 'done')
  return PHASES.map((_, index) => (index < present ? 'done' : index === present ? 'now' : 'ahead'))
}

/** What a round pays in all, in the smallest unit of its token. */
export function rewardsOf({ reward, evaluationFee, aggregationFee }: RoundView): bigint {
  return BigInt(reward) + BigInt(evaluationFee) + BigInt(aggregationFee)
}

/** What is known of an update, in words. */
export function updateText({ status, original }: Pick<UpdateView, 'status' | 'original'>): string {
  if (status === 'slashed') return 'lost its stake'
  if (status === 'committed') return 'sealed'
  return original === false ? 'a copy of another' : 'revealed'
}

/** Why an update was not paid. Silence and copies earn nothing; others are paid when somebody claims for them. */
export function unpaidText({ status, original }: Pick<UpdateView, 'status' | 'original'>): string {
  return status === 'slashed' || original === false ? 'nothing' : 'not yet'
}

/** A model with what it was made from. */
export interface Line {
  model: ModelView
  /** 0 of one whose base is no model of this market. */
  generation: number
}

/**
 * Models in the order of their descent: each behind the one that it improves. What they say of their bases, contracts checked;
 * a base that is not among them begins a line of its own.
 */
export function lineage(models: readonly ModelView[]): Line[] {
  const roots = new Set(models.map(({ root }) => root))
  const byBase = Map.groupBy(models, ({ baseModel }) => baseModel)
  const told = new Set<ModelView>()
  const tell = (model: ModelView, generation: number): Line[] => {
    // Two rounds may come to the same model, and one to its own base.
    if (told.has(model)) return []
    told.add(model)
    const next = (byBase.get(model.root) ?? []).flatMap((child) => tell(child, generation + 1))
    return [{ model, generation }, ...next]
  }
  const first = models.filter(({ baseModel }) => !roots.has(baseModel))
  return [...first, ...models].flatMap((model) => tell(model, 0))
}
