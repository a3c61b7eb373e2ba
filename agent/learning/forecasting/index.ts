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
  methodOf,
} from './community.ts'
export { FEATURES, firstForecast } from './features.ts'
export { type ForecastErrors, forecastErrors, type Spread, skillScore, spreadOf } from './forecast-errors.ts'
export { type Forecaster, forecastSlots } from './forecaster.ts'
export { type MeterSeries, slotsPerDay } from './meter-series.ts'
export { PERSISTENCE, type Persistence, persistenceForecast } from './persistence.ts'
export { denormalise, normalise, type Scale, scaleOf } from './scale.ts'
export { likelyNet, type NetErrors, rootErrors, type SlotForecast } from './spread.ts'
export {
  FORECAST_METHODS,
  type ForecastMethod,
  type ForecastStudy,
  type MethodForecasts,
  type StudiedForecasts,
  studyForecasts,
} from './study.ts'
export {
  type Architecture,
  type ForecastTraining,
  fineTune,
  trainFederated,
  trainOwn,
} from './training.ts'
