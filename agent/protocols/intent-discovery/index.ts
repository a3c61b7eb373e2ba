export type { ReceivedIntent } from './intent-book.ts'
export { checkIntent, IntentDiscovery } from './intent-discovery.ts'
