import type { Attack } from './attack.ts'

/**
 * Sign flip: the attacker's own update in the opposite direction, and so many times as long.
 *
 * Source: Li, Xu, Chen, Giannakis and Ling, "RSA: Byzantine-robust stochastic aggregation methods for distributed learning
 * from heterogeneous datasets" (AAAI 2019), the sign-flipping attack of its experiments.
 *
 * @param factor how many times as long
 *
 * @example
 * ```ts
 * signFlip(10).corrupt?.({ honest, own: [Float32Array.of(1, -2)], lastChange }) // [[-10, 20]]
 * ```
 */
export function signFlip(factor: number): Attack {
  return { corrupt: ({ own }) => own.map((update) => update.map((value) => -factor * value)) }
}
