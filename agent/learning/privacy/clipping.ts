import { dot, type Vector } from '../kernels.ts'
import { checkFinite, checkOption } from '../models/checks.ts'

/** Most steps of the grid in the bound of a norm: squares of so many are summed exactly in floating point. */
const MAX_STEPS = 2 ** 26
/** By how much an update is made shorter again, where rounding left it too long. */
const SHORTER = 1 - 2 ** -40

/** To what an update is cut before it leaves, or before it is added to others. */
export interface Clipping {
  /** Greatest L2 norm of an update, in the unit of the parameters; positive. */
  clip: number
  /**
   * Step of the grid to which values are rounded, in the same unit: that of the task's fixed point where there is one, so
   * that what is clipped here can be settled there. The norm is from 1 to 2^26 of them; by default it is 2^16.
   */
  unit?: number | undefined
}

/** The norm in steps, and the step. @throws ConfigError `OPTION_INVALID` */
export function gridOf({ clip, unit = clip / 2 ** 16 }: Clipping): { steps: number; unit: number } {
  checkOption('clip', clip, Number.isFinite(clip) && clip > 0, 'a finite number above 0')
  const steps = Math.floor(clip / unit)
  const isInside = unit > 0 && steps >= 1 && steps <= MAX_STEPS
  checkOption(
    'unit',
    unit,
    isInside,
    `from ${clip / MAX_STEPS} to ${clip}, so that the norm is 1 to 2^26 steps`,
  )
  return { steps, unit }
}

/**
 * Clips an update to an L2 norm, and rounds it toward zero to the grid. The norm of the result, in integers, is
 * exactly at most `clip`: floating point decides where a value lands, not whether the bound holds.
 *
 * Source: McMahan, Ramage, Talwar and Zhang, "Learning differentially private recurrent language models" (ICLR 2018), the
 * flat clipping of section 2.
 *
 * @param update finite
 * @returns multiples of `unit`, as integers
 * @throws ConfigError `OPTION_INVALID` when the bound or the step cannot be used, `NOT_FINITE`
 *
 * @example
 * ```ts
 * clipToGrid(Float32Array.of(3, 4), { clip: 1, unit: 0.01 }) // [60, 80]
 * ```
 */
export function clipToGrid(update: Vector, clipping: Clipping): Int32Array {
  const { steps, unit } = gridOf(clipping)
  checkFinite('update', update)
  // Of values whose squares overflow, the norm is taken after division by the largest.
  let largest = 0
  for (const value of update) largest = Math.max(largest, Math.abs(value))
  if (largest === 0) return new Int32Array(update.length)
  const scaled = new Float64Array(update)
  for (let i = 0; i < scaled.length; i++) scaled[i] = (scaled[i] ?? 0) / largest
  let factor = Math.min(largest / unit, steps / Math.sqrt(dot(scaled, scaled)))
  const rounded = new Int32Array(update.length)
  for (;;) {
    for (let i = 0; i < rounded.length; i++) rounded[i] = Math.trunc((scaled[i] ?? 0) * factor)
    if (isWithin(rounded, steps)) return rounded
    factor *= SHORTER
  }
}

/** Whether a norm is at most so many steps; of steps in the bounds above, exactly. */
function isWithin(values: Int32Array, steps: number): boolean {
  let squares = 0
  for (const value of values) squares += value * value
  return squares <= steps * steps
}
