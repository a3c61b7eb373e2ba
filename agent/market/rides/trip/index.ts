/** A trip's life, from agreement to payment: what each side may say, and what follows from both. */
export { type CancellationCost, cancellationCost, metresOwed, noShowMetres } from './fees.ts'
export { lonLatOf, metresBetween, placeOf } from './places.ts'
export {
  ARRIVAL_RADIUS,
  faultOf,
  type Progress,
  progressOf,
  SILENT,
  type Statement,
  type TripRole,
  type TripTerms,
  WAITING_TIME,
} from './progress.ts'
export {
  dutyOf,
  hasReached,
  isOver,
  stageOf,
  TRIP_STAGES,
  type TripOnChain,
  type TripStage,
  type TripView,
} from './stage.ts'
export { checkPlan, checkReport, termsOf, type VerifiedTrip, verifyTrip } from './verify.ts'
