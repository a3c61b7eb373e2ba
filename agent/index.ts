/** The public surface of the SDK. */
export { type Alias, aliasOf, displayAddressOf, parseAlias } from '../protocol/addresses.ts'
export { type Authorization, authorizationFor } from '../protocol/authorization.ts'
export type { CapabilityClaim } from '../protocol/capability.ts'
export type { Deployment, NetworkDescriptor } from '../protocol/deployment.ts'
export type { Envelope, EnvelopeSigner } from '../protocol/dsse.ts'
export * from '../protocol/errors.ts'
export { MAX_STEPS } from '../protocol/limits.ts'
export { formatMoney } from '../protocol/money.ts'
export type {
  Admission,
  NetworkParameters,
  ProtocolVersion,
  Quota,
  SpamRules,
} from '../protocol/network-parameters.ts'
export type { Place, TripClaim, TripLog, TripPlan, TripReport } from '../protocol/trip.ts'
export type {
  Address,
  Agreement,
  Attribute,
  Capability,
  CapabilityRecord,
  Citation,
  Conditions,
  Delivery,
  Funding,
  Hex,
  Intent,
  KnowledgeAnswer,
  KnowledgeKind,
  MarketOrder,
  Offer,
  PriceStep,
  Release,
  Reuse,
  ServiceAnswer,
  Side,
  Signed,
  SlotOrder,
  SlotReading,
  Terms,
} from '../protocol/types.ts'
export { costOf, feeOf, paymentOf, shareOf } from '../protocol/types.ts'
export type { Account } from './account.ts'
export type { Activity } from './activity.ts'
export type { BargainOptions } from './bargaining.ts'
export * as calls from './chain/actions/index.ts'
export { requestValidation, respondToValidation } from './chain/actions/validation-registry.ts'
export type { Call } from './chain/call.ts'
export { chainFault } from './chain/fault.ts'
export { type RunModuleOptions, runModule } from './compute/run-module.ts'
export type { Turns } from './in-turns.ts'
export type { MeshNetworkInit } from './init.ts'
export type { IntentDraft } from './intent-draft.ts'
export { joinMarket, type MarketStanding } from './join-market.ts'
export {
  type Aggregate,
  type AggregationOptions,
  type AggregationRuleName,
  aggregationRule,
  aggregationRules,
  type FedAdamOptions,
  type FedAdamState,
  fedAdam,
  krumScores,
  type PreAggregate,
  type PreAggregationName,
  preAggregations,
  trimOf,
  type Vector,
} from './learning/aggregation/index.ts'
export {
  type Attack,
  type AttackName,
  type AttackTask,
  attacks,
  createAttack,
  type NamedAttack,
  type RoundView,
} from './learning/attacks/index.ts'
export { chunkRoot, encodeChunks } from './learning/chunk-tree.ts'
export * from './learning/encoding/index.ts'
export {
  type Aggregation as FixedPointAggregation,
  aggregate as aggregateInFixedPoint,
} from './learning/fixed-point.ts'
export {
  type CommunityForecasts,
  type CommunityOptions,
  type CommunitySlot,
  FORECAST_METHODS,
  FORECASTS,
  type ForecastErrors,
  type Forecaster,
  type ForecastKind,
  type ForecastMethod,
  type ForecastStudy,
  type ForecastTraining,
  fineTune,
  forecastCommunity,
  forecastErrors,
  forecastSlots,
  type HomeForecast,
  homeForecasts,
  type MeterSeries,
  type Persistence,
  persistenceForecast,
  type Spread,
  type StudiedForecasts,
  skillScore,
  spreadOf,
  studyForecasts,
  trainFederated,
  trainOwn,
} from './learning/forecasting/index.ts'
export * from './learning/models/index.ts'
export * from './learning/privacy/index.ts'
export * from './learning/provenance/index.ts'
export { derivedSeed, normalDraws } from './learning/random.ts'
export {
  applyAggregate,
  type Evaluation,
  type Extrapolation,
  extrapolate,
  type LearningModel,
  type Network,
  type Phase,
  quantise,
  scoreUpdate,
  scoreUpdates,
  type TaskModel,
  wrongCoordinate,
} from './learning/rounds/index.ts'
export * from './learning/training/index.ts'
export type { Abortable } from './lifecycle.ts'
export { citing, documentQuestion, type LookedUp, type LookUpOptions } from './look-up.ts'
export { type Clearing, type ClearingRules, clearSlot, reserveOf, worstCost } from './market/clearing.ts'
export * from './market/energy/index.ts'
export {
  type EnergyKpis,
  type EnergyTrade,
  energyKpis,
  type StorageFlows,
  type Tariff,
} from './market/energy-kpis.ts'
export type { MarketRules } from './market/market-rules.ts'
export type { Order, OrderBook } from './market/mechanisms/book.ts'
export {
  type ClearedBook,
  type ClearOptions,
  checkPriceRule,
  clearBook,
  type MechanismName,
  mechanisms,
} from './market/mechanisms/clear-book.ts'
export { type Equilibrium, findEquilibrium, type OrderColumns } from './market/mechanisms/equilibrium.ts'
export type { Mechanism, Trade } from './market/mechanisms/trade.ts'
export { packBook, unpackBook } from './market/order-book.ts'
export { Position } from './market/position.ts'
export * from './market/rides/index.ts'
export {
  type CancellationCost,
  cancellationCost,
  type TripRole,
  type TripStage,
  type VerifiedTrip,
  verifyTrip,
} from './market/rides/trip/index.ts'
export { roundDown } from './market/round-down.ts'
export { type Deed, type Duty, dutiesOf } from './market/slot-duties.ts'
export { type EnergyTotals, type MeterReading, slotEnergy } from './market/slot-energy.ts'
export { type ClearedSlot, readVoided, recompute } from './market/slot-positions.ts'
export { forecastHorizon, nextSlot, type SlotRules, type SlotTimes, slotTimes } from './market/slot-times.ts'
export { uniformDraws } from './market/uniform-draws.ts'
export { MeshNetwork } from './mesh-network.ts'
export type { ConnectionLimits } from './network/address-limits.ts'
export { contentIdOf, digestOfContentId } from './network/content-id.ts'
export type { Identity } from './network/identity.ts'
export type { Reach } from './network/reach.ts'
export { type Relay, type RelayInit, startRelay } from './network/relay.ts'
export type { PeerConnection } from './network/streams.ts'
export { notes } from './notes.ts'
export { runAgent } from './platform/run-agent.ts'
export type { OwnAdmission, OwnAdmissions } from './policy/admission.ts'
export { type AttestationRequirement, type Attested, requiring } from './policy/attestation.ts'
export { type Deal, type DealState, hasEnded, isOpen } from './policy/deal.ts'
export { keyPath, loadKey } from './policy/key-file.ts'
export { type Choice, defaultPolicy, type Policy } from './policy/limits.ts'
export { readDeals } from './policy/read-deals.ts'
export { isFinal, type SlotReceipt, type SlotStage } from './policy/slot-receipt.ts'
export type { Totals } from './policy/totals.ts'
export type {
  AgentQuery,
  ChallengeOutcome,
  FoundAgent,
  Probe,
  ReceivedCapability,
} from './protocols/agent-discovery/index.ts'
export type { Content, ContentProvider, FetchOptions } from './protocols/content/index.ts'
export type { GuestOffer, Guests } from './protocols/guests/index.ts'
export type { ReceivedIntent } from './protocols/intent-discovery/index.ts'
export {
  type AcquiredKnowledge,
  type AskKnowledgeOptions,
  type ContentOf,
  type KnowledgeDraft,
  type KnowledgeHandler,
  type KnowledgeOptions,
  openKnowledge,
  type SignedKnowledge,
  withContent,
} from './protocols/knowledge/index.ts'
export {
  canaryFor,
  type Learning,
  type LearningRound,
  type Moment,
  type ParticipantView,
  type PhaseLengths,
  type ProposalView,
  type RoundResult,
  type RoundState,
  type SeatView,
  type TaskTerms,
  type Trainer,
} from './protocols/learning/index.ts'
export type {
  Decision,
  DeliveryHandler,
  DisputeHandler,
  OfferHandler,
  OfferOptions,
  Outcome,
  PaymentMethod,
  Proposal,
  ReceivedOffer,
} from './protocols/negotiation/index.ts'
export type {
  Asking,
  RequestOptions,
  ServiceHandler,
  ServiceOptions,
  SignedAnswer,
} from './protocols/services/index.ts'
export type { MeterReader, SlotMarket, SlotMarketInit, SlotWish } from './protocols/slot-market/index.ts'
export type { Trip, TripEnds } from './protocols/trips/index.ts'
export { lineageOf } from './query/geography.ts'
export { isReputable, matches } from './query/match.ts'
export { parseQuery } from './query/parse.ts'
export { printQuery } from './query/print.ts'
export type { Condition, Extent, Query, Within } from './query/query.ts'
export { readNetwork } from './read-network.ts'
export {
  checkCitation,
  type FoundPassage,
  Library,
  type LibraryDocument,
  type LibraryInit,
} from './retrieval/index.ts'
export {
  type AgreedRide,
  centreOf,
  crowsWay,
  type DriverInit,
  type Driving,
  type DrivingState,
  type PublicRide,
  type RideMarket,
  type RideMarketInit,
  type RideProgress,
  type RideRequest,
  type RideWish,
  rideCapability,
  rideDraft,
  rideOf,
  type TripHandler,
  type Way,
} from './rides/index.ts'
export * from './strategy/energy/index.ts'
export * from './strategy/index.ts'
export type { TradeOptions, TradeWish, Trading } from './trading/index.ts'
export { untilMarketEnds } from './until-market-ends.ts'
