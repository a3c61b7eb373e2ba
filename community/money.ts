import { ConfigError } from '../protocol/errors.ts'
import { MONEY_DECIMALS } from '../protocol/money.ts'
import { parseDecimal, toUnits } from './decimal.ts'

export { formatMoney } from '../protocol/money.ts'

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
  const units = decimal && toUnits(decimal, MONEY_DECIMALS)
  if (units !== undefined) return units
  throw new ConfigError('MONEY_INVALID', 'A price cannot be used.', {
    field,
    expected: 'a decimal number without a sign, with at most six decimals',
    received: text,
    remedy: 'Write it like 0.30',
  })
}
