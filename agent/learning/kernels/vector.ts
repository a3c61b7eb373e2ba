/** Values of a model or of an update of it: 32-bit ones to learn with, 64-bit ones to check the arithmetic by. */
export type Vector = Float32Array | Float64Array

/** Of a product: rows of the first factor, length of the sums, columns of the second. */
export type Shape = readonly [rows: number, inner: number, columns: number]

/**
 * The inner loops of training: products of matrices that are stored row by row. Nothing is checked here, the models have
 * done so; nothing is allocated.
 */
export interface Kernels {
  /** y += factor · x, as many values each. */
  addScaled(factor: number, x: Vector, y: Vector): void
  /** C += A · B. @param a rows × inner @param b inner × columns @param c rows × columns */
  addProduct(a: Vector, b: Vector, c: Vector, shape: Shape): void
  /** C += Aᵀ · B. @param a inner × rows @param b inner × columns @param c rows × columns */
  addTransposedProduct(a: Vector, b: Vector, c: Vector, shape: Shape): void
  /** C += A · Bᵀ. @param a rows × inner @param b columns × inner @param c rows × columns */
  addProductTransposed(a: Vector, b: Vector, c: Vector, shape: Shape): void
}
