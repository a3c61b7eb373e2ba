export { type Answer, answer, type Bid, STRATEGIES, type StrategyName } from './bargain.ts'
export { concede, type Limits, type Tactic } from './concession.ts'
export { turnOf } from './turns.ts'
