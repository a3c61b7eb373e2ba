import type { Attack } from './attack.ts'

/**
 * Label flip: trains on wrong labels, the last class for the first and so on: y becomes classes - 1 - y.
 *
 * Source: Tolpegin, Truex, Gursoy and Liu, "Data poisoning attacks against federated learning systems" (ESORICS 2020); which
 * label becomes which as in Karimireddy, He and Jaggi (ICLR 2022), in their experiments.
 *
 * @param classes how many there are
 *
 * @example
 * ```ts
 * labelFlip(10).poison?.({ rows: 1, inputs, targets: Float32Array.of(3) }) // targets: [6]
 * ```
 */
export function labelFlip(classes: number): Attack {
  return {
    poison: (examples) => ({ ...examples, targets: examples.targets.map((label) => classes - 1 - label) }),
  }
}
