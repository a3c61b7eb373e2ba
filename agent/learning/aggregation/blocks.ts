import type { ColumnKernels } from '../kernels/columns.ts'
import { withWorkspace } from '../kernels/workspace.ts'
import type { Vector } from './rule.ts'

/** Values of each update in a block, an even number: of dozens of updates they stay in a core's cache. */
const BLOCK = 512

/** The same range of coordinates of all updates, in float64; it is used again for the next range. */
export interface Block {
  /** The coordinate at which it begins, and how many there are. */
  start: number
  length: number
  /** updates × width: as wide as it is long, or one more where that is odd. */
  matrix: Float64Array
  width: number
  /** The rows of the matrix, each as long as the block. */
  rows: readonly Float64Array[]
  /** Zeros, as many as in a row. */
  sum: Float64Array
  /** Zeros, updates × updates. */
  pairs: Float64Array
  kernels: ColumnKernels
}

/** Goes through the updates block by block. */
export function forEachBlock(updates: readonly Vector[], visit: (block: Block) => void): void {
  const total = updates[0]?.length ?? 0
  const count = updates.length
  const most = Math.min(BLOCK, evenFrom(total))
  withWorkspace(2 * ((count + 2) * most + count ** 2), (workspace) => {
    const [sums, pairs] = [workspace.doubles(most), workspace.doubles(count ** 2)]
    const all = workspace.doubles(count * most)
    const short = workspace.zeros(most)
    for (let start = 0; start < total; start += BLOCK) {
      const length = Math.min(BLOCK, total - start)
      const width = evenFrom(length)
      const matrix = all.subarray(0, count * width)
      // What is left in a column that no update has would count as a difference.
      if (width > length) matrix.fill(0)
      const rows = updates.map((update, index) => {
        const row = matrix.subarray(index * width, index * width + length)
        fillRow(row, update.subarray(start, start + length), short, workspace.columns)
        return row
      })
      const sum = sums.subarray(0, length).fill(0)
      visit({ start, length, matrix, width, rows, sum, pairs: pairs.fill(0), kernels: workspace.columns })
    }
  })
}

function fillRow(row: Float64Array, values: Vector, short: Float32Array, kernels: ColumnKernels): void {
  if (values instanceof Float64Array) {
    row.set(values)
    return
  }
  // It is the copy between arrays of different types that is slow.
  const near = short.subarray(0, values.length)
  near.set(values)
  kernels.widen(near, row)
}

/** The even number that it is, or the next. */
function evenFrom(count: number): number {
  return count + (count % 2)
}
