/** The market for rides: who drives whom, by which way, at what fare. */
export { type AuctionOptions, auctionMatching } from './auction.ts'
export { award, bid, type LotBid } from './bidding.ts'
export { type City, type CityOptions, makeCity } from './city.ts'
export {
  type CostMatrix,
  costMatrix,
  distanceMatrix,
  type Matching,
  type MatchingTotal,
  totalOf,
  UNMATCHED,
} from './cost-matrix.ts'
export { type Demand, type FareTariff, fareOf, type Ride, surchargeOf, usualTariff } from './fare.ts'
export { type Booking, type FleetRules, type FleetTrip, simulateFleet } from './fleet.ts'
export { greedyByArrival, greedyByCost } from './greedy.ts'
export { between, haversine, type LonLat } from './haversine.ts'
export {
  Comparison,
  fareOfTrip,
  type MatchingComparison,
  percentiles,
  type RideKpis,
  type RideKpisInput,
  rideKpis,
} from './kpis.ts'
export { optimalMatching } from './optimal.ts'
export { type OsmElement, roadGraphFromOsm } from './osm.ts'
export { gasCostOf, type PlatformCost, protocolFeeOf, usualRollup } from './platform-cost.ts'
export { type Pool, type PoolRider, type PoolRules, pool } from './pooling.ts'
export { type Reject, Rejects } from './rejects.ts'
export { isRoadGraphFile, type Junction, type Road, type RoadGraph, readRoadGraph } from './road-graph.ts'
export { type Nearest, RoadNetwork, type Route, type Weight } from './routes.ts'
export * from './trip/index.ts'
