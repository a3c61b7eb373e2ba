export { AgentDiscovery, type AgentQuery } from './agent-discovery.ts'
export type { Lie, Outcome as ChallengeOutcome, Probe } from './canary.ts'
export type { ReceivedCapability } from './record-book.ts'
export type { FoundAgent } from './search.ts'
