/**
 * The inner loops of training: products of matrices that are stored row by row. Nothing is checked here, the models have
 * done so; nothing is allocated.
 */

/** Values of a model or of an update of it: 32-bit ones to learn with, 64-bit ones to check the arithmetic by. */
export type Vector = Float32Array | Float64Array

/** So many zeros, in the precision of `like`. */
export function zerosLike(like: Vector, length: number): Vector {
  return like instanceof Float64Array ? new Float64Array(length) : new Float32Array(length)
}

/**
 * y += factor · x.
 *
 * @param x and y, as many values each
 */
export function addScaled(factor: number, x: Vector, y: Vector): void {
  addScaledRow(factor, x, 0, y, 0, x.length)
}

/** Inner product of x and y, as many values each, summed in 64 bits. */
export function dot(x: Vector, y: Vector): number {
  return dotRow(x, 0, y, 0, x.length)
}

/** Place of the first value that is not finite, or -1. A loop, for calls of a function per value take twenty times as long. */
export function notFinite(values: Vector): number {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i] ?? 0)) return i
  }
  return -1
}

/**
 * C += A · B.
 *
 * @param a rows × inner
 * @param b inner × columns
 * @param c rows × columns
 */
export function addProduct(
  a: Vector,
  b: Vector,
  c: Vector,
  [rows, inner, columns]: readonly [rows: number, inner: number, columns: number],
): void {
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < inner; i++) {
      addScaledRow(a[row * inner + i] ?? 0, b, i * columns, c, row * columns, columns)
    }
  }
}

/**
 * C += Aᵀ · B.
 *
 * @param a inner × rows
 * @param b inner × columns
 * @param c rows × columns
 */
export function addTransposedProduct(
  a: Vector,
  b: Vector,
  c: Vector,
  [rows, inner, columns]: readonly [rows: number, inner: number, columns: number],
): void {
  for (let i = 0; i < inner; i++) {
    for (let row = 0; row < rows; row++) {
      addScaledRow(a[i * rows + row] ?? 0, b, i * columns, c, row * columns, columns)
    }
  }
}

/**
 * C += A · Bᵀ.
 *
 * @param a rows × inner
 * @param b columns × inner
 * @param c rows × columns
 */
export function addProductTransposed(
  a: Vector,
  b: Vector,
  c: Vector,
  [rows, inner, columns]: readonly [rows: number, inner: number, columns: number],
): void {
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const index = row * columns + column
      c[index] = (c[index] ?? 0) + dotRow(a, row * inner, b, column * inner, inner)
    }
  }
}

/** Adds a row to each row of a matrix. @param row columns @param matrix rows × columns */
export function addToRows(row: Vector, matrix: Vector): void {
  for (let start = 0; start < matrix.length; start += row.length) {
    addScaledRow(1, row, 0, matrix, start, row.length)
  }
}

/** sums += the sum of the rows of a matrix. @param matrix rows × columns @param sums columns */
export function addRowSums(matrix: Vector, sums: Vector): void {
  for (let start = 0; start < matrix.length; start += sums.length) {
    addScaledRow(1, matrix, start, sums, 0, sums.length)
  }
}

function addScaledRow(factor: number, x: Vector, xStart: number, y: Vector, yStart: number, length: number) {
  for (let i = 0; i < length; i++) {
    y[yStart + i] = (y[yStart + i] ?? 0) + factor * (x[xStart + i] ?? 0)
  }
}

function dotRow(x: Vector, xStart: number, y: Vector, yStart: number, length: number): number {
  let sum = 0
  for (let i = 0; i < length; i++) sum += (x[xStart + i] ?? 0) * (y[yStart + i] ?? 0)
  return sum
}
