import { notFinite } from '../kernels.ts'
import { invalidOption } from './checks.ts'
import { meanOf } from './mean.ts'
import type { AggregationOptions, Vector } from './rule.ts'

/** The vector at which an iteration begins, in float64. @throws ConfigError `OPTION_INVALID` where it fits no update */
export function startOf(
  updates: readonly Vector[],
  start: AggregationOptions['start'] = 'zero',
): Float64Array {
  const length = updates[0]?.length ?? 0
  if (start === 'zero') return new Float64Array(length)
  if (start === 'mean') return meanOf(updates)
  const isVector = start instanceof Float64Array || start instanceof Float32Array
  if (!isVector || start.length !== length || notFinite(start) >= 0) {
    throw invalidOption('start', `zero, mean, or a vector of ${length} finite values`, described(start))
  }
  return Float64Array.from(start)
}

function described(start: unknown): string {
  return ArrayBuffer.isView(start) ? 'another vector' : String(start)
}
