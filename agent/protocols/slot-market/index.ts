export { type MeterReader, type SlotMarketInit, type SlotWish, slotMarketSchema } from './inputs.ts'
export type { SlotMarket } from './slot-market.ts'
export { Slots } from './slots.ts'
