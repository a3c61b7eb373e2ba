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
export { type OsmElement, roadGraphFromOsm } from './osm.ts'
export { type Reject, Rejects } from './rejects.ts'
export { isRoadGraphFile, type Junction, type Road, type RoadGraph, readRoadGraph } from './road-graph.ts'
export { type Nearest, RoadNetwork, type Route, type Weight } from './routes.ts'
