import type { Address } from '../../../../protocol/types.ts'
import type { Aggregate, AggregationOptions } from '../../aggregation/index.ts'
import { checkCount, checkOption, checkPositive } from '../../models/checks.ts'
import { permutation } from '../../random.ts'
import type { SecureSum } from './server.ts'

/**
 * Draws the buckets of secure sums: everybody is in one, and they differ by one participant at most.
 *
 * An attacker spoils the bucket it is in, and no other; so f attackers spoil at most f buckets, however they are drawn, and a
 * robust rule over the buckets needs more than 2f of them. Of each bucket the sum is seen, so an update hides among those of
 * its bucket alone.
 *
 * @param size least number of participants of a bucket, from 3 on: of two, each knows the other's input from the sum
 * @param draw uniform numbers from 0 to below 1, from lots that nobody who takes part can foresee or choose
 * @throws ConfigError `OPTION_INVALID` when the size is too small, or larger than there are participants
 *
 * @example
 * ```ts
 * drawBuckets(participants, 4, uniformDraws(seed)) // of 18 participants four buckets: two of 4, two of 5
 * ```
 */
export function drawBuckets(participants: readonly Address[], size: number, draw: () => number): Address[][] {
  checkCount('size', size, 3)
  const count = Math.floor(participants.length / size)
  checkOption('size', size, count >= 1, `at most ${participants.length}, which is all participants`)
  const buckets = Array.from({ length: count }, (): Address[] => [])
  for (const [place, index] of permutation(participants.length, draw).entries()) {
    const [bucket, participant] = [buckets[place % count], participants[index]]
    if (participant !== undefined) bucket?.push(participant)
  }
  return buckets
}

/** The mean of the survivors' inputs. @param unit what one unit of the sum is worth. @throws ConfigError `OPTION_INVALID` */
export function meanOfSum({ values, survivors }: SecureSum, unit: number): Float64Array {
  checkPositive('unit', unit)
  checkCount('survivors', survivors.length)
  return Float64Array.from(values, (value) => (value * unit) / survivors.length)
}

/**
 * A robust rule over the means of buckets, each of which is a secure sum: secrecy among those of a bucket, robustness among
 * the buckets. A bucket of which too few stayed has no sum; it is left out.
 *
 * Source: of rules over means of buckets, Karimireddy, He and Jaggi, "Byzantine-robust learning on heterogeneous datasets via
 * bucketing" (ICLR 2022); of their use with secure sums, Velicheti, Xia and Koyejo, "Secure Byzantine-robust distributed learning
 * via clustering" (2021).
 *
 * @param sums of at least as many buckets as the rule needs
 * @param unit what one unit of the sums is worth
 * @param rule `median` or `trimmed-mean`, say; its `f` is how many buckets may be spoilt
 * @throws ConfigError as the rule does
 *
 * @example
 * ```ts
 * bucketedAggregate(sums, 2 ** -16, aggregationRule('median'))
 * ```
 */
export function bucketedAggregate(
  sums: readonly SecureSum[],
  unit: number,
  rule: Aggregate,
  options: AggregationOptions = {},
): Float64Array {
  return rule(
    sums.map((sum) => meanOfSum(sum, unit)),
    options,
  )
}
