import type { Examples, Model } from '../models/index.ts'

/** Scores are millionths of what the loss is measured in. */
const UNIT = 1_000_000
const INT32 = 2 ** 31 - 1

/** How updates are worth something, as the task's model file says. */
export interface Evaluation {
  model: Model
  /** Of the model that the updates change. */
  base: Float32Array
  /** The hidden set. */
  examples: Examples
  /** Units of the fixed point in 1. */
  scale: number
  /** A step of so small a part of the update is taken: 20 for a twentieth. */
  damping: number
  /** Longer updates are taken for as long as this: to exaggerate earns nothing. Euclidean norm, positive. */
  maxNorm: number
}

/**
 * What an update is worth: by how much a small step in its direction lessens the mean loss on the hidden set, in
 * millionths, rounded down. Below 0 for one that does harm.
 *
 * It depends on nothing but the update, so a requester knows it of an update of its own before the round (a canary). A full step
 * would be worth less than nothing where clients' data differ, though the mean of all their updates helps; a small one is nearly
 * linear. What it cannot tell is a copy with noise from somebody else's work: that is bounded by stakes alone.
 *
 * Computed in float64 in one sequence: the same bits wherever `Math.exp` and `Math.log` are the same, and within a
 * millionth or so elsewhere, for which tasks have a tolerance.
 *
 * @param update in fixed point, as many values as the model has parameters
 *
 * @example
 * ```ts
 * scoreUpdate(evaluation, new Int32Array(evaluation.model.size)) // 0
 * ```
 */
export function scoreUpdate(evaluation: Evaluation, update: Int32Array): number {
  const { model, base, examples, scale, damping, maxNorm } = evaluation
  const start = Float64Array.from(base)
  const factor = Math.min(1, (maxNorm * scale) / normOf(update)) / (damping * scale)
  const moved = start.map((value, i) => value + factor * (update[i] ?? 0))
  const gain = model.loss(start, examples) - model.loss(moved, examples)
  // Numbers so large that the loss is none any more do harm, and everybody has to come to the same.
  if (Number.isNaN(gain)) return -INT32
  return Math.min(Math.max(Math.floor(gain * UNIT), -INT32), INT32)
}

/**
 * Scores of a round's updates, one per participant; 0 for one that does not count.
 *
 * @param updates by participants' places, undefined where it does not count
 */
export function scoreUpdates(evaluation: Evaluation, updates: readonly (Int32Array | undefined)[]): number[] {
  return updates.map((update) => (update === undefined ? 0 : scoreUpdate(evaluation, update)))
}

function normOf(update: Int32Array): number {
  let sum = 0
  for (const value of update) sum += value * value
  return Math.sqrt(sum)
}
