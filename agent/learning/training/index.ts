/** Training: by one, and by many together. */
export { accuracy, classesOf } from './evaluation.ts'
export { type LocalTraining, train } from './local.ts'
export { partition, SPLITS, type Split } from './partition.ts'
export { type Federation, federatedRounds, type Round } from './rounds.ts'
export {
  finalAccuracy,
  type LearningSimulation,
  type SimulatedRound,
  simulateLearning,
} from './simulation.ts'
