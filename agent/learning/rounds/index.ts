/** What is computed in a round of learning that contracts keep: integers that everybody comes to. */
export { type Extrapolation, extrapolate } from './extrapolate.ts'
export { evaluationOf, type LearningModel, NETWORKS, type Network, type TaskModel } from './learning-model.ts'
export { PHASES, type Phase, phaseAt, within } from './phases.ts'
export { applyAggregate, quantise } from './quantise.ts'
export { type Evaluation, scoreUpdate, scoreUpdates } from './scores.ts'
export { type WrongCoordinate, wrongCoordinate } from './wrong-coordinate.ts'
