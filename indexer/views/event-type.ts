/** What happens to a thing of each kind; nothing where the kind is the event. Pages of the market take it from here, too. */
const HAPPENINGS = {
  agreement: [
    ...['opened', 'paid', 'delivered', 'disputed', 'settled', 'refunded'],
    ...['cancelled', 'resolved', 'revoked'],
  ],
  agent: ['registered', 'changed'],
  batch: ['skipped'],
  dispute: ['opened', 'ruled', 'silent'],
  feedback: ['given'],
  intent: [],
  offer: [],
  parameter: ['changed'],
  proposal: ['created', 'queued', 'executed', 'canceled'],
  reorg: [],
  reset: [],
  round: ['opened', 'cancelled', 'settled'],
  slot: ['cleared'],
} as const satisfies Record<string, readonly string[]>

/** Kind of a live event: the part of its name before the dot. */
export type EventKind = keyof typeof HAPPENINGS

type NameOf<K extends EventKind> = (typeof HAPPENINGS)[K] extends readonly []
  ? K
  : `${K}.${(typeof HAPPENINGS)[K][number]}`

/** Name of a live event. */
export type EventType = { [K in EventKind]: NameOf<K> }[EventKind]

export const EVENT_KINDS = Object.keys(HAPPENINGS) as EventKind[]

/** The name of every live event that there is. */
export const EVENT_TYPES = EVENT_KINDS.flatMap((kind): string[] =>
  HAPPENINGS[kind].length === 0 ? [kind] : HAPPENINGS[kind].map((happening) => `${kind}.${happening}`),
) as EventType[]

/** Events that correct what was told before: whoever listens has to hear them, whatever he filters by. */
export const CORRECTIONS: readonly EventType[] = ['reorg', 'reset']

/** Kind of an event of this name. */
export function kindOf(type: EventType): EventKind {
  return type.split('.')[0] as EventKind
}
