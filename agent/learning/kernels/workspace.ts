import { type ColumnKernels, plainColumns } from './columns.ts'
import { SimdMemory } from './simd-memory.ts'
import type { Vector } from './vector.ts'

/** Where vectors stand while they are computed with: kernels are fast where all their operands stand in one. */
export interface Workspace {
  /** So many zeros. */
  zeros(length: number): Float32Array
  copy(values: Vector): Float32Array
  /** So many zeros of 64 bits, each of which counts as two values. */
  doubles(length: number): Float64Array
  /** Kernels for vectors of 64 bits that stand here. */
  readonly columns: ColumnKernels
  /** Runs something, and gives up the vectors that it made here, which must not be used any more. */
  scope<T>(run: () => T): T
}

/** The usual memory, for the plain kernels. */
export const heap: Workspace = {
  zeros: (length) => new Float32Array(length),
  copy: (values) => Float32Array.from(values),
  doubles: (length) => new Float64Array(length),
  columns: plainColumns,
  scope: (run) => run(),
}

/** A memory that nobody uses at the moment: making one takes as long as a few steps of training. */
let spare: SimdMemory | undefined

/**
 * Runs something with a workspace of the SIMD kernels, or with the usual memory where they, or so much memory, are not to be
 * had. Both come to the same bits.
 *
 * @param values how many there will be at most at a time
 * @param run must not keep a vector that it made in the workspace
 */
export function withWorkspace<T>(values: number, run: (workspace: Workspace) => T): T {
  const memory = takeMemory(values)
  if (memory === undefined) return run(heap)
  try {
    return memory.scope(() => run(memory))
  } finally {
    spare = memory
  }
}

function takeMemory(values: number): SimdMemory | undefined {
  const taken = spare
  spare = undefined
  try {
    const memory = taken ?? new SimdMemory()
    memory.reserve(values)
    return memory
  } catch {
    spare = taken
    return undefined
  }
}
