import { ConfigError } from '../../../protocol/errors.ts'
import { notFinite, type Vector } from '../kernels.ts'

/** @throws ConfigError `SHAPE_MISMATCH` unless the values are as many as expected */
export function checkLength(field: string, values: { length: number }, expected: number): void {
  if (values.length === expected) return
  throw new ConfigError('SHAPE_MISMATCH', 'The number of values does not fit the model.', {
    field,
    expected: `${expected} values`,
    received: `${values.length} values`,
    remedy: 'Give values that were made for this model, all of them.',
  })
}

/** @throws ConfigError `NOT_FINITE` when a value is NaN or infinite */
export function checkFinite(field: string, values: Vector): void {
  const index = notFinite(values)
  if (index < 0) return
  throw new ConfigError('NOT_FINITE', 'A value is no finite number.', {
    field: `${field}[${index}]`,
    expected: 'a finite number',
    received: values[index],
    remedy: 'Leave out what was not measured; where training diverged, learn in smaller steps.',
  })
}

/** @throws ConfigError `OPTION_INVALID` unless the number is as it has to be */
export function checkOption(field: string, value: number, isValid: boolean, expected: string): void {
  if (isValid) return
  throw new ConfigError('OPTION_INVALID', 'A setting of the training cannot be used.', {
    field,
    expected,
    received: value,
    remedy: 'Give a number within these bounds.',
  })
}

/** @throws ConfigError `OPTION_INVALID` unless the number is an integer of at least `least` */
export function checkCount(field: string, value: number, least = 1): void {
  checkOption(field, value, Number.isSafeInteger(value) && value >= least, `an integer of at least ${least}`)
}

/** @throws ConfigError `OPTION_INVALID` unless the number is finite and above 0 */
export function checkPositive(field: string, value: number): void {
  checkOption(field, value, Number.isFinite(value) && value > 0, 'a finite number above 0')
}
