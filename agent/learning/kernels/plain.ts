import type { Kernels, Vector } from './vector.ts'

/**
 * The kernels in plain TypeScript: for vectors of 64 bits, and where there is no SIMD. Into vectors of 32 bits every product
 * and every sum is rounded to 32 bits, in the sequence of `simd.as`, so that both come to the same bits.
 */
export const plain: Kernels = {
  addScaled: (factor, x, y) => addScaledRow(factor, x, 0, y, 0, x.length),

  addProduct(a, b, c, [rows, inner, columns]) {
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < inner; i++) {
        addScaledRow(a[row * inner + i] ?? 0, b, i * columns, c, row * columns, columns)
      }
    }
  },

  addTransposedProduct(a, b, c, [rows, inner, columns]) {
    for (let i = 0; i < inner; i++) {
      for (let row = 0; row < rows; row++) {
        addScaledRow(a[i * rows + row] ?? 0, b, i * columns, c, row * columns, columns)
      }
    }
  },

  addProductTransposed(a, b, c, [rows, inner, columns]) {
    const dotRow = c instanceof Float64Array ? dotRow64 : dotRow32
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const index = row * columns + column
        c[index] = (c[index] ?? 0) + dotRow(a, row * inner, b, column * inner, inner)
      }
    }
  },
}

/** The sum of two values of 32 bits in 64 bits, stored in 32, is their sum in 32 bits: it is not rounded twice. */
function addScaledRow(factor: number, x: Vector, xStart: number, y: Vector, yStart: number, length: number) {
  if (y instanceof Float64Array) {
    for (let i = 0; i < length; i++) {
      y[yStart + i] = (y[yStart + i] ?? 0) + factor * (x[xStart + i] ?? 0)
    }
    return
  }
  const rounded = Math.fround(factor)
  for (let i = 0; i < length; i++) {
    y[yStart + i] = (y[yStart + i] ?? 0) + Math.fround(rounded * (x[xStart + i] ?? 0))
  }
}

function dotRow64(x: Vector, xStart: number, y: Vector, yStart: number, length: number): number {
  let sum = 0
  for (let i = 0; i < length; i++) sum += (x[xStart + i] ?? 0) * (y[yStart + i] ?? 0)
  return sum
}

/** Four sums, of the places whose remainder of 4 is the same, as four lanes have them. */
function dotRow32(x: Vector, xStart: number, y: Vector, yStart: number, length: number): number {
  const sumFrom = (lane: number) => {
    let sum = 0
    for (let i = lane; i < length; i += 4) {
      sum = Math.fround(sum + Math.fround((x[xStart + i] ?? 0) * (y[yStart + i] ?? 0)))
    }
    return sum
  }
  return Math.fround(Math.fround(sumFrom(0) + sumFrom(1)) + Math.fround(sumFrom(2) + sumFrom(3)))
}
