/** Training: by one, and by many together. */
export { accuracy, classesOf } from './evaluation.ts'
export { type LocalTraining, train } from './local.ts'
export { partition, SPLITS, type Split } from './partition.ts'
export {
  type Federation,
  federatedRounds,
  type LocalTask,
  localUpdate,
  type OpenRound,
  openRounds,
  type Round,
} from './rounds.ts'
export {
  federationOf,
  finalAccuracy,
  type Learner,
  type LearningSimulation,
  learnerOf,
  openSimulation,
  type SimulatedRound,
  simulateLearning,
  trainingOf,
} from './simulation.ts'
export { answerLearning, type LearningQuestion } from './work.ts'
