/** What is computed in a round of learning that contracts keep: integers that everybody comes to. */
export { type Extrapolation, extrapolate } from './extrapolate.ts'
export {
  decodeExamples,
  decodeFixedPoint,
  decodeModel,
  encodeExamples,
  encodeFixedPoint,
  encodeModel,
} from './files.ts'
export { evaluationOf, type LearningModel, type Network, type TaskModel } from './learning-model.ts'
export { type Phase, phaseAt, shortestPhase, within } from './phases.ts'
export { applyAggregate, quantise } from './quantise.ts'
export { type Evaluation, scoreUpdate, scoreUpdates } from './scores.ts'
export { wrongCoordinate } from './wrong-coordinate.ts'
