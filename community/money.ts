import { ConfigError } from '../protocol/errors.ts'
import { parseDecimal, toUnits } from './decimal.ts'

/** Decimals of the payment token. */
const DECIMALS = 6

/**
 * Minor units of a price or an amount as people write it.
 *
 * @param field names the option or the field in the error
 * @throws ConfigError `MONEY_INVALID` unless it is a decimal number >= 0 with at most six decimals.
 *
 * @example parseMoney('0.30', '--retail') // 300_000n
 */
export function parseMoney(text: string, field: string): bigint {
  const decimal = parseDecimal(text.trim())
  const units = decimal && toUnits(decimal, DECIMALS)
  if (units !== undefined) return units
  throw new ConfigError('MONEY_INVALID', 'A price cannot be used.', {
    field,
    expected: 'a decimal number without a sign, with at most six decimals',
    received: text,
    remedy: 'Write it like 0.30',
  })
}

/**
 * Minor units with a decimal point, rounded half away from zero where `digits` asks for less.
 *
 * @example formatMoney(1_234_567n, 2) // '1.23'
 */
export function formatMoney(minorUnits: bigint, digits: number = DECIMALS): string {
  const sign = minorUnits < 0n ? '-' : ''
  const step = 10n ** BigInt(DECIMALS - digits)
  const rounded = ((minorUnits < 0n ? -minorUnits : minorUnits) + step / 2n) / step
  const text = rounded.toString().padStart(digits + 1, '0')
  return digits === 0 ? `${sign}${text}` : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}
