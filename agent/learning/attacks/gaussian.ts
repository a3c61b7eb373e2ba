import { normalDraws } from '../random.ts'
import type { Attack } from './attack.ts'

/**
 * Gaussian: noise of mean 0 instead of an update, independent in each coordinate.
 *
 * Source: Blanchard, El Mhamdi, Guerraoui and Stainer, "Machine learning with adversaries: Byzantine tolerant gradient
 * descent" (NeurIPS 2017), the Gaussian attack of its experiments, with a standard deviation of 200.
 *
 * @param deviation standard deviation of a coordinate, in the units of the parameters
 * @param draw uniform numbers from 0 to below 1
 *
 * @example
 * ```ts
 * gaussian(200, uniformDraws(1)).corrupt?.({ honest, own, lastChange })
 * ```
 */
export function gaussian(deviation: number, draw: () => number): Attack {
  const normal = normalDraws(draw)
  return { corrupt: ({ own }) => own.map((update) => update.map(() => deviation * normal())) }
}
