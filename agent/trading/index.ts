export type { TradingComponents } from './components.ts'
export { Trading } from './trading.ts'
export {
  type TradeOptions,
  type TradeWish,
  tradeOptionsSchema,
  tradeWishSchema,
  wishedAttributes,
} from './wish.ts'
