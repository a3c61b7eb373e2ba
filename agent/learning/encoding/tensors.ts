/** Arrays of each type of number, by the name that safetensors has for it; the largest numbers first, as they are stored. */
export const ARRAYS = { F64: Float64Array, F32: Float32Array, I32: Int32Array, I8: Int8Array } as const

export type Dtype = keyof typeof ARRAYS

/** Types of numbers, in the order in which tensors are stored. */
export const DTYPES = Object.keys(ARRAYS) as Dtype[]

interface ArrayOf {
  F64: Float64Array
  F32: Float32Array
  I32: Int32Array
  I8: Int8Array
}

/** Numbers of one type, row by row. */
export interface TensorOf<D extends Dtype> {
  readonly dtype: D
  /** How many there are in each dimension, the outermost first; none of a single number. */
  readonly shape: readonly number[]
  /** As many as the dimensions have it. */
  readonly data: ArrayOf[D]
}

/** Numbers of any type. */
export type Tensor = { [D in Dtype]: TensorOf<D> }[Dtype]

/** Tensors by their names, and what is said of them. */
export interface Tensors {
  readonly tensors: ReadonlyMap<string, Tensor>
  /** Texts by their names. */
  readonly metadata?: ReadonlyMap<string, string>
}

/** Bytes of a number. */
export function bytesOf(dtype: Dtype): number {
  return ARRAYS[dtype].BYTES_PER_ELEMENT
}

/** Whether the type has values that are no number. */
export function isFloat(dtype: Dtype): dtype is 'F64' | 'F32' {
  return dtype === 'F64' || dtype === 'F32'
}

/** How many numbers a shape has; beyond 2^53 inexact, and too many by far. */
export function lengthOf(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1)
}
