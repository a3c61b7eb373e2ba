export { AgentDiscovery, type ReceivedCapability } from './agent-discovery.ts'
