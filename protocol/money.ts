/** Decimals of the payment token. */
export const MONEY_DECIMALS = 6

/**
 * Minor units with a decimal point, rounded half away from zero where `digits` asks for less.
 *
 * @param digits behind the point, from 0 to 6
 * @example formatMoney(1_234_567n, 2) // '1.23'
 */
export function formatMoney(minorUnits: bigint, digits: number = MONEY_DECIMALS): string {
  const sign = minorUnits < 0n ? '-' : ''
  const step = 10n ** BigInt(MONEY_DECIMALS - digits)
  const rounded = ((minorUnits < 0n ? -minorUnits : minorUnits) + step / 2n) / step
  const text = rounded.toString().padStart(digits + 1, '0')
  return digits === 0 ? `${sign}${text}` : `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`
}
