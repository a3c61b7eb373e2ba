/** What a home orders in an energy slot. */
export { arbitrage } from './arbitrage.ts'
export { hedged } from './hedged.ts'
export { inventory } from './inventory.ts'
export type { BatteryView, PastSlot, SlotBid, SlotPlan, SlotStrategy, SlotView } from './strategy.ts'
export { truthful } from './truthful.ts'
export { zeroIntelligence } from './zero-intelligence.ts'
