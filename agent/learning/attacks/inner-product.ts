import type { Attack } from './attack.ts'
import { momentsOf } from './moments.ts'

/**
 * Inner-product manipulation: against the mean of the honest updates, so that the aggregate's inner product with it becomes
 * negative. A small factor hides the attackers among the honest, a large one turns the mean around.
 *
 * Source: Xie, Koyejo and Gupta, "Fall of empires: breaking Byzantine-tolerant SGD by inner product manipulation" (UAI 2019).
 *
 * @param epsilon how many times as long as the mean
 *
 * @example
 * ```ts
 * const honest = [Float32Array.of(1), Float32Array.of(3)]
 * innerProductManipulation(0.5).corrupt?.({ honest, own: [Float32Array.of(2)], lastChange }) // [[-1]]
 * ```
 */
export function innerProductManipulation(epsilon: number): Attack {
  return {
    corrupt({ honest, own }) {
      const { mean } = momentsOf(honest)
      const update = Float32Array.from(mean, (value) => -epsilon * value)
      return own.map(() => update.slice())
    },
  }
}
