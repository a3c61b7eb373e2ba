import type { Vector } from './rule.ts'

/** Values of each update in a block: of dozens of updates they stay in a core's cache. */
const BLOCK = 1024

/**
 * Goes through the updates block by block: the same range of coordinates of all of them, in float64.
 *
 * @param visit gets the range of each update, and the coordinate at which it begins. The rows are used again for
 *   the next block.
 */
export function forEachBlock(
  updates: readonly Vector[],
  visit: (rows: readonly Float64Array[], start: number) => void,
): void {
  const length = updates[0]?.length ?? 0
  const buffers = updates.map(() => new Float64Array(Math.min(BLOCK, length)))
  for (let start = 0; start < length; start += BLOCK) {
    const size = Math.min(BLOCK, length - start)
    const rows = buffers.map((buffer) => buffer.subarray(0, size))
    for (const [index, row] of rows.entries()) {
      const update = updates[index]
      if (update !== undefined) row.set(update.subarray(start, start + size))
    }
    visit(rows, start)
  }
}
