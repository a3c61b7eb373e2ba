/** The market for rides over the mesh. */
export type { AgreedRide } from './components.ts'
export type { Driving, DrivingState, TripHandler } from './driving.ts'
export { type DriverInit, type RideMarketInit, type RideWish, rideMarketSchema } from './inputs.ts'
export { centreOf, type PublicRide, rideCapability, rideDraft, rideOf } from './ride-intent.ts'
export { RideMarket } from './ride-market.ts'
export type { RideProgress, RideRequest } from './ride-request.ts'
export { crowsWay, type Way } from './way.ts'
