import { plain } from './kernels/plain.ts'
import { memoryOf } from './kernels/simd-memory.ts'
import type { Kernels, Shape, Vector } from './kernels/vector.ts'

export type { Vector }

/** So many zeros, in the precision of `like`, and where it stands. */
export function zerosLike(like: Vector, length: number): Vector {
  const memory = memoryOf(like)
  if (memory !== undefined) return memory.zeros(length)
  return like instanceof Float64Array ? new Float64Array(length) : new Float32Array(length)
}

/** y += factor · x. @param x and y, as many values each */
export function addScaled(factor: number, x: Vector, y: Vector): void {
  kernelsFor(x, x, y).addScaled(factor, x, y)
}

/** C += A · B. @param a rows × inner @param b inner × columns @param c rows × columns */
export function addProduct(a: Vector, b: Vector, c: Vector, shape: Shape): void {
  kernelsFor(a, b, c).addProduct(a, b, c, shape)
}

/** C += Aᵀ · B. @param a inner × rows @param b inner × columns @param c rows × columns */
export function addTransposedProduct(a: Vector, b: Vector, c: Vector, shape: Shape): void {
  kernelsFor(a, b, c).addTransposedProduct(a, b, c, shape)
}

/** C += A · Bᵀ. @param a rows × inner @param b columns × inner @param c rows × columns */
export function addProductTransposed(a: Vector, b: Vector, c: Vector, shape: Shape): void {
  kernelsFor(a, b, c).addProductTransposed(a, b, c, shape)
}

/** Adds a row to each row of a matrix. @param row columns @param matrix rows × columns */
export function addToRows(row: Vector, matrix: Vector): void {
  const rows = matrix.length / row.length
  addProduct(onesLike(matrix, rows), row, matrix, [rows, 1, row.length])
}

/** sums += the sum of the rows of a matrix. @param matrix rows × columns @param sums columns */
export function addRowSums(matrix: Vector, sums: Vector): void {
  const rows = matrix.length / sums.length
  addProduct(onesLike(matrix, rows), matrix, sums, [1, rows, sums.length])
}

/** Inner product of x and y, as many values each, summed in 64 bits. */
export function dot(x: Vector, y: Vector): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += (x[i] ?? 0) * (y[i] ?? 0)
  return sum
}

/** Values that are looked at together. */
const STRIDE = 4096

/**
 * Place of the first value that is not finite, or -1. Whether there is one is asked of many at once: of what is finite, a
 * product with 0 is 0.
 */
export function notFinite(values: Vector): number {
  for (let start = 0; start < values.length; start += STRIDE) {
    const end = Math.min(start + STRIDE, values.length)
    let [even, odd] = [0, 0]
    for (let i = start; i < end; i += 2) {
      even += (values[i] ?? 0) * 0
      odd += (values[i + 1] ?? 0) * 0
    }
    if (even + odd === 0) continue
    const place = values.subarray(start).findIndex((value) => !Number.isFinite(value))
    return start + place
  }
  return -1
}

function onesLike(like: Vector, length: number): Vector {
  return zerosLike(like, length).fill(1)
}

/** The SIMD kernels for operands that stand in their memory, else the plain ones. */
function kernelsFor(a: Vector, b: Vector, c: Vector): Kernels {
  const memory = memoryOf(c)
  const isThere = a.buffer === c.buffer && b.buffer === c.buffer && c instanceof Float32Array
  if (memory === undefined || !isThere) return plain
  return memory.kernels
}
