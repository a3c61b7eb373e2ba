import { addScaled } from '../kernels.ts'

/**
 * Mean and standard deviation of updates in each coordinate; the deviation is that of all there are (divided by their number).
 *
 * @param updates one at least, as long as one another
 */
export function momentsOf(updates: readonly Float32Array[]): { mean: Float64Array; deviation: Float64Array } {
  const length = updates[0]?.length ?? 0
  const mean = new Float64Array(length)
  for (const update of updates) addScaled(1 / updates.length, update, mean)
  const variance = new Float64Array(length)
  for (const update of updates) {
    for (let i = 0; i < length; i++) {
      const difference = (update[i] ?? 0) - (mean[i] ?? 0)
      variance[i] = (variance[i] ?? 0) + (difference * difference) / updates.length
    }
  }
  return { mean, deviation: variance.map(Math.sqrt) }
}
