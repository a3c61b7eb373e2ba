export { type Answer, answer, type Bid, STRATEGIES, type StrategyName } from './bargain.ts'
export { concede, type Limits, type Tactic } from './concession.ts'
export {
  mayOffer,
  type Preferences,
  preferenceAttributes,
  type Supplier,
  sourceAttribute,
  sourcesOf,
} from './preferences.ts'
export { turnOf } from './turns.ts'
