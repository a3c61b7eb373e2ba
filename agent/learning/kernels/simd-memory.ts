import type { ColumnKernels } from './columns.ts'
import { simdModule } from './simd-module.ts'
import type { Kernels, Vector } from './vector.ts'
import type { Workspace } from './workspace.ts'

/** Bytes of a value, of one of 64 bits, and of the pages by which memory grows. */
const VALUE = 4
const DOUBLE = 8
const PAGE = 65_536

/** What `simd.as` exports; addresses and strides in bytes. */
interface SimdExports {
  memory: { readonly buffer: ArrayBuffer; grow(pages: number): number }
  addScaled(factor: number, x: number, y: number, length: number): void
  addProduct(
    ...operands: [
      a: number,
      rowStride: number,
      innerStride: number,
      b: number,
      c: number,
      rows: number,
      inner: number,
      columns: number,
    ]
  ): void
  addProductTransposed(a: number, b: number, c: number, rows: number, inner: number, columns: number): void
  widen(x: number, y: number, length: number): void
  addScaled64(factor: number, x: number, y: number, length: number): void
  addSquaredDistances(matrix: number, rows: number, width: number, sums: number): void
  sortColumns(matrix: number, rows: number, width: number): void
}

/** Node, and browsers, have it; the language's own types do not. */
declare const WebAssembly: {
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  Instance: new (module: object) => { exports: unknown }
}

/** The memories by their buffers, so that a vector tells where it stands. */
const memories = new WeakMap<ArrayBufferLike, SimdMemory>()

let compiled: object | undefined

/** The memory of a WebAssembly module with SIMD kernels, in which vectors are put one after the other. */
export class SimdMemory implements Workspace {
  readonly kernels: Kernels
  readonly columns: ColumnKernels
  readonly #memory: SimdExports['memory']
  /** Bytes that are taken. */
  #taken = 0

  /** @throws Error where WebAssembly or its SIMD is not allowed, or not known */
  constructor() {
    compiled ??= new WebAssembly.Module(Uint8Array.from(atob(simdModule), (each) => each.charCodeAt(0)))
    const exports = new WebAssembly.Instance(compiled).exports as SimdExports
    this.#memory = exports.memory
    this.kernels = kernelsOf(exports)
    this.columns = columnKernelsOf(exports)
  }

  /**
   * Makes room for so many values. Vectors that were made before are lost where it has to grow.
   *
   * @throws RangeError where there is no such memory
   */
  reserve(values: number): void {
    // One more, for a place that doubles can begin at.
    const missing = this.#taken + (values + 1) * VALUE - this.#memory.buffer.byteLength
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE))
    memories.set(this.#memory.buffer, this)
  }

  zeros(length: number): Float32Array {
    return this.#take(length).fill(0)
  }

  copy(values: Vector): Float32Array {
    const copy = this.#take(values.length)
    copy.set(values)
    return copy
  }

  doubles(length: number): Float64Array {
    this.#taken = Math.ceil(this.#taken / DOUBLE) * DOUBLE
    const vector = new Float64Array(this.#memory.buffer, this.#taken, length)
    this.#taken += vector.byteLength
    return vector.fill(0)
  }

  scope<T>(run: () => T): T {
    const taken = this.#taken
    try {
      return run()
    } finally {
      this.#taken = taken
    }
  }

  #take(length: number): Float32Array {
    const vector = new Float32Array(this.#memory.buffer, this.#taken, length)
    this.#taken += vector.byteLength
    return vector
  }
}

/** The memory in which a vector stands, if any. */
export function memoryOf(vector: Vector): SimdMemory | undefined {
  return memories.get(vector.buffer)
}

function kernelsOf(exports: SimdExports): Kernels {
  return {
    addScaled: (factor, x, y) => exports.addScaled(factor, x.byteOffset, y.byteOffset, x.length),
    addProduct: (a, b, c, [rows, inner, columns]) =>
      exports.addProduct(
        a.byteOffset,
        inner * VALUE,
        VALUE,
        b.byteOffset,
        c.byteOffset,
        rows,
        inner,
        columns,
      ),
    addTransposedProduct: (a, b, c, [rows, inner, columns]) =>
      exports.addProduct(a.byteOffset, VALUE, rows * VALUE, b.byteOffset, c.byteOffset, rows, inner, columns),
    addProductTransposed: (a, b, c, [rows, inner, columns]) =>
      exports.addProductTransposed(a.byteOffset, b.byteOffset, c.byteOffset, rows, inner, columns),
  }
}

function columnKernelsOf(exports: SimdExports): ColumnKernels {
  return {
    widen: (x, y) => exports.widen(x.byteOffset, y.byteOffset, x.length),
    addScaled: (factor, x, y) => exports.addScaled64(factor, x.byteOffset, y.byteOffset, x.length),
    addSquaredDistances: (matrix, width, sums) =>
      exports.addSquaredDistances(matrix.byteOffset, matrix.length / width, width, sums.byteOffset),
    sort: (matrix, width) => exports.sortColumns(matrix.byteOffset, matrix.length / width, width),
  }
}
