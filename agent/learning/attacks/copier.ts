import type { Attack } from './attack.ts'

/**
 * Copier: trains nothing, and sends what an honest client sends, bit by bit; each attacker copies another one, as long as there
 * are enough.
 *
 * Source: Li, Shao, Wei et al., "Blockchain assisted decentralized federated learning (BLADE-FL) with lazy clients" (2020), whose
 * lazy clients add noise besides.
 *
 * @example
 * ```ts
 * copier().corrupt?.({ honest: [Float32Array.of(1)], own: [Float32Array.of(5)], lastChange }) // [[1]]
 * ```
 */
export function copier(): Attack {
  return {
    corrupt: ({ honest, own }) => own.map((_, i) => honest[i % honest.length]?.slice() ?? new Float32Array()),
  }
}
