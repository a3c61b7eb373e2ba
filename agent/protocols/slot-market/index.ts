export { type MeterReader, SlotMarket, type SlotMarketInit, type SlotWish } from './slot-market.ts'
export { Slots } from './slots.ts'
