import { checkUpdates, invalidOption, wholeNumber } from './checks.ts'
import { meanOf, pick } from './mean.ts'
import type { AggregationOptions, Vector } from './rule.ts'

const BUCKET_SIZE = 2

/**
 * Bucketing, in front of a rule: the updates are put into buckets of `bucketSize` in the sequence of `bucketOrder`, and each
 * bucket becomes its mean; the last may have fewer. Honest updates become more alike. At most f buckets hold a
 * Byzantine update, so `f` and `trim` stay what they are, among fewer vectors.
 *
 * Source: Karimireddy, He and Jaggi, "Byzantine-robust learning on heterogeneous datasets via bucketing" (2022).
 *
 * @param updates as {@link Aggregate} has them, which says what is thrown, too
 * @returns ⌈n / bucketSize⌉ vectors
 *
 * @example
 * ```ts
 * const updates = [1, 2, 3].map((value) => Float64Array.of(value))
 * bucket(updates, { bucketSize: 2, bucketOrder: [2, 0, 1] }) // [[2], [2]]
 * ```
 */
export function bucket(
  updates: readonly Vector[],
  options: Pick<AggregationOptions, 'bucketSize' | 'bucketOrder'>,
): Float64Array[] {
  checkUpdates(updates)
  const size = wholeNumber('bucketSize', options.bucketSize ?? BUCKET_SIZE, 1, updates.length)
  const order = options.bucketOrder ?? Array.from(updates.keys())
  checkPermutation(order, updates.length)
  return Array.from({ length: Math.ceil(order.length / size) }, (_, index) => {
    return meanOf(pick(updates, order.slice(index * size, (index + 1) * size)))
  })
}

function checkPermutation(order: readonly number[], count: number): void {
  const isPlace = (place: number) => Number.isInteger(place) && place >= 0 && place < count
  if (order.length === count && new Set(order).size === count && order.every(isPlace)) return
  throw invalidOption('bucketOrder', `each of 0 to ${count - 1} once`, order.join(', '))
}
