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
  copyRows(inputs, chosen, inputs.length / all, selected.inputs)
  copyRows(targets, chosen, targets.length / all, selected.targets)
  return selected
}

function copyRows(from: Examples['inputs'], rows: Uint32Array, width: number, to: Float32Array): void {
  for (const [place, row] of rows.entries()) {
    to.set(from.subarray(row * width, (row + 1) * width), place * width)
  }
}
