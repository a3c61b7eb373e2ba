/** What the API answers and tells, by the types that it is written in: at run time only the names of events are imported. */
export type { AgentView } from '../../indexer/views/agent.ts'
export type { AgreementView } from '../../indexer/views/agreement.ts'
export type { DisputeView, EvidenceView } from '../../indexer/views/dispute.ts'
export type { EnergyMarketView } from '../../indexer/views/energy-market.ts'
export type { EnergyOrderView } from '../../indexer/views/energy-order.ts'
export type { EnergyPriceView, EnergySlotView } from '../../indexer/views/energy-slot.ts'
export {
  CORRECTIONS,
  EVENT_TYPES,
  type EventKind,
  type EventType,
  kindOf,
} from '../../indexer/views/event-type.ts'
export type { FeedbackView } from '../../indexer/views/feedback.ts'
export type { IntentView } from '../../indexer/views/intent.ts'
export type { Meta } from '../../indexer/views/meta.ts'
export type { OfferView } from '../../indexer/views/offer.ts'
export type { ParameterView } from '../../indexer/views/parameter.ts'
export type { ProposalView, VoteView } from '../../indexer/views/proposal.ts'
export type { RideView } from '../../indexer/views/ride.ts'
export type { ModelView, RoundView, UpdateView } from '../../indexer/views/round.ts'
export type { StatsView } from '../../indexer/views/stats.ts'
export type { TradeView } from '../../indexer/views/trade.ts'
export type { ValidationView } from '../../indexer/views/validation.ts'
