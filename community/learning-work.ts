import {
  aggregateInFixedPoint,
  type Examples,
  type FixedPointAggregation,
  type Learner,
  localUpdate,
  trainingOf,
} from '../agent/index.ts'

/** What a thread is asked for: a client's update, or the aggregate of some coordinates. */
export type Question =
  | { learner: Learner; parameters: Float32Array; examples: Examples; seed: number }
  | { updates: readonly Int32Array[]; aggregation: FixedPointAggregation }

/** The answer depends on the question alone, wherever it is computed. @throws what training and aggregation do */
export function answer(question: Question): Float32Array | Int32Array {
  if ('updates' in question) return aggregateInFixedPoint(question.updates, question.aggregation)
  const { learner, parameters, examples, seed } = question
  return localUpdate(trainingOf(learner), parameters, examples, seed)
}
