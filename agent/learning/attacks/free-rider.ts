import type { Attack } from './attack.ts'

/**
 * Free rider: trains nothing, and sends by how much the global model changed in the round before ("delta weights"); nothing in
 * the first round.
 *
 * Source: Lin, Du and Liu, "Free-riders in federated learning: attacks and defenses" (2019), the delta-weights attack.
 *
 * @example
 * ```ts
 * freeRider().corrupt?.({ honest, own: [Float32Array.of(5)], lastChange: Float32Array.of(1) }) // [[1]]
 * ```
 */
export function freeRider(): Attack {
  return { corrupt: ({ own, lastChange }) => own.map(() => lastChange.slice()) }
}
