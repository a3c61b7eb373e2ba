import type { Attack } from './attack.ts'
import { momentsOf } from './moments.ts'
import { normalQuantile } from './normal-quantile.ts'

/**
 * A little is enough (ALIE): the mean of the honest updates less so many standard deviations in each coordinate that enough
 * honest ones are farther away still, and defences leave them out first.
 *
 * Source: Baruch, Baruch and Goldberg, "A little is enough: circumventing defenses for distributed learning" (NeurIPS 2019),
 * the attack that prevents convergence: of n clients with m attackers, s = ⌊n/2 + 1⌋ - m honest ones are to side with the attackers, so that
 * z = Φ⁻¹((n - m - s) / (n - m)). The authors know the attackers' own updates; here they know the honest ones.
 *
 * @example
 * ```ts
 * littleIsEnough().corrupt?.({ honest, own, lastChange }) // of 20 with 8 attackers: the mean less 0.67 deviations
 * ```
 */
export function littleIsEnough(): Attack {
  return {
    corrupt({ honest, own }) {
      const z = deviationsFor(honest.length + own.length, own.length)
      const { mean, deviation } = momentsOf(honest)
      const update = Float32Array.from(mean, (value, i) => value - z * (deviation[i] ?? 0))
      return own.map(() => update.slice())
    },
  }
}

/** z of the algorithm; not below 0, which would be a step towards the honest. */
function deviationsFor(clients: number, attackers: number): number {
  const honest = clients - attackers
  const supporters = Math.floor(clients / 2 + 1) - attackers
  return normalQuantile(Math.max((honest - supporters) / honest, 0.5))
}
