import type { Examples, Model } from '../models/index.ts'
import type { Evaluation } from './scores.ts'

/** Networks that a model file can describe. */
export const NETWORKS = ['mlp', 'softmax', 'linear'] as const

/** What kind of model it is: layers are sizes, from the inputs to the outputs; two of them but for `mlp`. */
export interface Network {
  kind: (typeof NETWORKS)[number]
  layers: readonly number[]
}

/** A model that agents train together: what its file says. */
export interface LearningModel {
  network: Network
  parameters: Float32Array
  /** Units of the fixed point in 1. */
  scale: number
  /** An update is scored by a step of so small a part of it: 20 for a twentieth. */
  damping: number
  /** An update that is longer counts as if it were as long as this. Euclidean norm. */
  maxNorm: number
}

/** A model file, ready to learn with. */
export interface TaskModel extends LearningModel {
  model: Model
}

/** How updates of a model are scored on a hidden set. */
export function evaluationOf(
  { model, parameters, scale, damping, maxNorm }: TaskModel,
  examples: Examples,
): Evaluation {
  return { model, base: parameters, examples, scale, damping, maxNorm }
}
