/** Forecasts of what homes use and generate, learnt across homes that keep their readings; pure. */
export {
  type CommunityForecasts,
  type CommunityOptions,
  type CommunitySlot,
  FORECASTS,
  type ForecastKind,
  forecastCommunity,
  type HomeForecast,
  homeForecasts,
} from './community.ts'
export { type ForecastErrors, forecastErrors, type Spread, skillScore, spreadOf } from './forecast-errors.ts'
export { type Forecaster, forecastSlots } from './forecaster.ts'
export type { MeterSeries } from './meter-series.ts'
export { type Persistence, persistenceForecast } from './persistence.ts'
export { denormalise, normalise, scaleOf } from './scale.ts'
export { likelyNet, rootErrors } from './spread.ts'
export {
  FORECAST_METHODS,
  type ForecastMethod,
  type ForecastStudy,
  type StudiedForecasts,
  studyForecasts,
} from './study.ts'
export {
  type ForecastTraining,
  fineTune,
  trainFederated,
  trainOwn,
} from './training.ts'
