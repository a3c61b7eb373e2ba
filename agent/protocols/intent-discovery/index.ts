export { checkIntent } from './check-intent.ts'
export type { ReceivedIntent } from './intent-book.ts'
export { IntentDiscovery } from './intent-discovery.ts'
