import { type Aggregation, aggregate } from '../fixed-point.ts'
import type { Examples } from '../models/index.ts'
import { localUpdate } from './rounds.ts'
import { type Learner, trainingOf } from './simulation.ts'

/** What a thread is asked for: a client's update, or the aggregate of some coordinates in fixed point. */
export type LearningQuestion =
  | { learner: Learner; parameters: Float32Array; examples: Examples; seed: number }
  | { updates: readonly Int32Array[]; aggregation: Aggregation }

/** The answer, which depends on the question alone, wherever it is computed. @throws what training and aggregation do */
export function answerLearning(question: LearningQuestion): Float32Array | Int32Array {
  if ('updates' in question) return aggregate(question.updates, question.aggregation)
  const { learner, parameters, examples, seed } = question
  return localUpdate(trainingOf(learner), parameters, examples, seed)
}
