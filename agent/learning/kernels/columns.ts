/** What aggregation does with blocks of updates, in 64 bits: a row for each update. Nothing is checked here. */
export interface ColumnKernels {
  /** y = x, as many values each. */
  widen(x: Float32Array, y: Float64Array): void
  /** y += factor · x, as many values each. */
  addScaled(factor: number, x: Float64Array, y: Float64Array): void
  /**
   * Adds the squared distances of each row of a matrix from those above.
   *
   * @param matrix rows × width
   * @param sums rows × rows, of which those below the diagonal are added to
   */
  addSquaredDistances(matrix: Float64Array, width: number, sums: Float64Array): void
  /** Sorts each column of a matrix, so that its rows ascend. @param matrix rows × width, no NaN @param width even */
  sort(matrix: Float64Array, width: number): void
}

/** Up to so many values insertion is the fastest sort. */
const MAX_INSERTION = 48

/** In plain TypeScript, to the same bits as `simd.as`. */
export const plainColumns: ColumnKernels = {
  widen: (x, y) => y.set(x),

  addScaled(factor, x, y) {
    for (let i = 0; i < x.length; i++) y[i] = (y[i] ?? 0) + factor * (x[i] ?? 0)
  },

  addSquaredDistances(matrix, width, sums) {
    const rows = matrix.length / width
    for (let row = 1; row < rows; row++) {
      for (let above = 0; above < row; above++) {
        const sum = squaredDistance(matrix, row * width, above * width, width)
        sums[row * rows + above] = (sums[row * rows + above] ?? 0) + sum
      }
    }
  },

  sort(matrix, width) {
    const column = new Float64Array(matrix.length / width)
    for (let place = 0; place < width; place++) {
      gatherSorted(matrix, width, place, column)
      for (let row = 0; row < column.length; row++) matrix[row * width + place] = column[row] ?? 0
    }
  },
}

/** Of two rows by where they start. Four sums, of the places whose remainder of 4 is the same. */
function squaredDistance(matrix: Float64Array, x: number, y: number, width: number): number {
  const sumFrom = (lane: number) => {
    let sum = 0
    for (let i = lane; i < width; i += 4) {
      const difference = (matrix[x + i] ?? 0) - (matrix[y + i] ?? 0)
      sum += difference * difference
    }
    return sum
  }
  return sumFrom(0) + sumFrom(1) + (sumFrom(2) + sumFrom(3))
}

/** Fills a column with the values of the rows at one place, in ascending order. */
function gatherSorted(matrix: Float64Array, width: number, place: number, column: Float64Array): void {
  for (let row = 0; row < column.length; row++) {
    const value = matrix[row * width + place] ?? 0
    let gap = row
    if (column.length <= MAX_INSERTION) {
      for (; gap > 0 && (column[gap - 1] ?? 0) > value; gap--) column[gap] = column[gap - 1] ?? 0
    }
    column[gap] = value
  }
  if (column.length > MAX_INSERTION) column.sort()
}
