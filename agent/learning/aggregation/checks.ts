import { ConfigError } from '../../../protocol/errors.ts'
import { notFinite } from '../kernels.ts'
import type { Vector } from './rule.ts'

/**
 * Refuses updates of which no aggregate can be taken: none, empty, of different lengths, or with a value that is no number.
 *
 * @throws ConfigError `UPDATES_INVALID`
 */
export function checkUpdates(updates: readonly Vector[]): void {
  const length = updates[0]?.length
  if (length === undefined) throw invalidUpdates('updates', 'at least one', 'none', 'Wait for an update.')
  if (length === 0) throw invalidUpdates('updates[0]', 'at least one value', 'none', 'Give the parameters.')
  for (const [index, update] of updates.entries()) {
    if (update.length !== length) {
      const remedy = 'Leave out what does not fit the model of the round.'
      throw invalidUpdates(`updates[${index}]`, `${length} values, as in updates[0]`, update.length, remedy)
    }
    const place = notFinite(update)
    if (place >= 0) {
      const remedy = 'Leave the update out: whoever trains honestly sends numbers.'
      throw invalidUpdates(`updates[${index}][${place}]`, 'a finite number', update[place], remedy)
    }
  }
}

function invalidUpdates(field: string, expected: unknown, received: unknown, remedy: string): ConfigError {
  return new ConfigError('UPDATES_INVALID', 'The updates cannot be aggregated.', {
    field,
    expected,
    received,
    remedy,
  })
}

/** @throws ConfigError `OPTION_INVALID` unless it is a whole number from `least` to `most`. @returns it */
export function wholeNumber(field: string, value: number | undefined, least: number, most = 2 ** 31): number {
  if (value !== undefined && Number.isInteger(value) && value >= least && value <= most) return value
  throw invalidOption(field, `a whole number from ${least} to ${most}`, value)
}

/** @throws ConfigError `OPTION_INVALID` unless it is a finite number above 0. @returns it */
export function positive(field: string, value: number | undefined): number {
  if (value !== undefined && Number.isFinite(value) && value > 0) return value
  throw invalidOption(field, 'a finite number above 0', value)
}

/** The error of a setting that a rule cannot use. */
export function invalidOption(field: string, expected: string, received: unknown): ConfigError {
  return new ConfigError('OPTION_INVALID', 'The setting cannot be used by the rule.', {
    field,
    expected,
    received: received ?? 'nothing',
    remedy: `Give \`${field}\` as is expected, or take a rule that does without it.`,
  })
}

/**
 * Refuses fewer updates than a rule's promise is proven for.
 *
 * @param least how many it needs, and as a formula
 * @throws ConfigError `UPDATES_TOO_FEW`
 */
export function atLeast(count: number, least: number, rule: string, formula: string, f: number): void {
  if (count >= least) return
  throw new ConfigError('UPDATES_TOO_FEW', `${rule} withstands f updates among at least ${formula}.`, {
    field: 'updates',
    expected: `${least} or more, with f = ${f}`,
    received: count,
    remedy: `Wait for ${least - count} more, take a smaller f if fewer can be Byzantine, or take the median, which needs 2f + 1.`,
  })
}

/** @throws ConfigError `AGGREGATE_OVERFLOW` unless all of it is finite. @returns it */
export function finite(result: Float64Array): Float64Array {
  if (notFinite(result) < 0) return result
  throw overflow()
}

/** The error of updates that are too large, or too far apart, to be computed with. */
export function overflow(): ConfigError {
  return new ConfigError('AGGREGATE_OVERFLOW', 'Sums or distances of the updates exceed float64.', {
    field: 'updates',
    expected: 'values whose squares can be summed, below about 1e150',
    remedy: 'Leave out, or clip, the updates with the largest values.',
  })
}
