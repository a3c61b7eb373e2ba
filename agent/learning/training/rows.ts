import type { Vector } from '../kernels.ts'
import type { Examples } from '../models/index.ts'

/**
 * Some of the examples.
 *
 * @param rows which of them, from 0, in the sequence in which they are wanted
 */
export function selectRows({ rows: all, inputs, targets }: Examples, rows: Iterable<number>): Examples {
  const chosen = Uint32Array.from(rows)
  const selected = {
    rows: chosen.length,
    inputs: new Float32Array((chosen.length * inputs.length) / all),
    targets: new Float32Array((chosen.length * targets.length) / all),
  }
  copyRows(inputs, chosen, selected.inputs)
  copyRows(targets, chosen, selected.targets)
  return selected
}

/** Copies rows of a matrix. @param rows which of them, from 0 @param to as many, one after the other */
export function copyRows(from: Vector, rows: Uint32Array, to: Float32Array): void {
  const width = to.length / rows.length
  for (let place = 0; place < rows.length; place++) {
    const start = (rows[place] ?? 0) * width
    to.set(from.subarray(start, start + width), place * width)
  }
}
