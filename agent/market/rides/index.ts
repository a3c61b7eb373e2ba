/** The market for rides: who drives whom, by which way, at what fare. */
export { type AuctionOptions, auctionMatching } from './auction.ts'
export { award, bid, type LotBid } from './bidding.ts'
export {
  type CostMatrix,
  costMatrix,
  distanceMatrix,
  type Matching,
  type MatchingTotal,
  totalOf,
  UNMATCHED,
} from './cost-matrix.ts'
export { greedyByArrival, greedyByCost } from './greedy.ts'
export { haversine, type LonLat } from './haversine.ts'
export { optimalMatching } from './optimal.ts'
