import type { AgentSummary } from './agent.ts'
import type { AgreementView } from './agreement.ts'
import type { DisputeView } from './dispute.ts'
import type { EnergySlotView } from './energy-slot.ts'
import { type EventKind, type EventType, kindOf } from './event-type.ts'
import type { FeedbackView } from './feedback.ts'
import type { IntentView } from './intent.ts'
import type { OfferView } from './offer.ts'
import type { ParameterView } from './parameter.ts'
import type { ProposalView } from './proposal.ts'
import type { RoundView } from './round.ts'

/** What live events tell, by their kind. */
interface Views {
  agreement: AgreementView
  agent: AgentSummary
  batch: { tx: string; index: string; reason: string }
  dispute: DisputeView
  feedback: FeedbackView
  intent: IntentView
  offer: OfferView
  parameter: ParameterView
  proposal: ProposalView
  reorg: { from: number }
  reset: Record<never, never>
  round: RoundView
  slot: EnergySlotView
}

/** What an event of a name tells. */
export type EventView<T extends EventType> = T extends `${infer K extends EventKind}.${string}`
  ? Views[K]
  : T extends EventKind
    ? Views[T]
    : never

/** By what events can be asked for, besides their names. */
export const TOPICS = ['account', 'agentId', 'intent', 'market', 'domain'] as const
export type Topic = (typeof TOPICS)[number]

/** What an event is about. */
type Subject = { [T in Topic]?: readonly (string | null)[] }

const subjects: { [K in EventKind]?: (view: Views[K]) => Subject } = {
  agreement: ({ buyer, payer, seller, payout, staker, agentId, intentHash }) => ({
    account: [buyer, payer, seller, payout, staker],
    agentId: [agentId === '0' ? null : agentId],
    intent: [intentHash],
  }),
  agent: ({ agentId, owner, wallet }) => ({ agentId: [agentId], account: [owner, wallet] }),
  dispute: ({ plaintiff, defendant, matcher, appellant, appealMatcher, jurors }) => ({
    account: [
      plaintiff,
      defendant,
      matcher,
      appellant,
      appealMatcher,
      ...jurors.map((juror) => juror.depositor),
    ],
    agentId: jurors.map(({ agentId }) => agentId),
  }),
  feedback: ({ agentId, client }) => ({ agentId: [agentId], account: [client] }),
  intent: ({ hash, agent, capability }) => ({
    ...{ account: [agent], intent: [hash], domain: [domainOf(capability)] },
  }),
  offer: ({ intent, buyer, seller, terms: { capability } }) => ({
    ...{ account: [buyer, seller], intent: [intent], domain: [domainOf(String(capability))] },
  }),
  parameter: ({ kind, name }) => ({ domain: [kind === 'admission' ? name || null : null] }),
  proposal: ({ proposer }) => ({ account: [proposer] }),
  round: ({ requester }) => ({ account: [requester], domain: ['learn'] }),
  slot: ({ market }) => ({ market: [market], domain: ['energy'] }),
}

/** What an event is about, each as `topic=value`, as a filter names it. */
export function topicsOf<T extends EventType>(type: T, view: EventView<T>): string[] {
  const subject = (subjects[kindOf(type)] as ((view: unknown) => Subject) | undefined)?.(view) ?? {}
  const topics = TOPICS.flatMap((topic) =>
    (subject[topic] ?? []).flatMap((value) => (value === null ? [] : [topicOf(topic, value)])),
  )
  return [...new Set(topics)]
}

/** @example topicOf('domain', 'energy') // 'domain=energy' */
export function topicOf(topic: Topic, value: string): string {
  return `${topic}=${value}`
}

/** The domain of a capability. @example domainOf('energy.supply') // 'energy' */
export function domainOf(capability: string): string {
  return capability.split('.')[0] ?? ''
}
