/** A decimal number without rounding error: `units` / 10^`scale`. */
export interface Decimal {
  units: bigint
  scale: number
}

/**
 * Reads digits with an optional decimal point, e.g. `36`, `0.5` or `12.`; no sign, exponent or thousands separator.
 *
 * @returns undefined when the text is anything else, or has more than 15 digits before or 12 behind the point.
 *
 * @example parseDecimal('16.2') // { units: 162n, scale: 1 }
 */
export function parseDecimal(text: string): Decimal | undefined {
  const match = /^(\d{1,15})(?:\.(\d{0,12}))?$/.exec(text)
  if (!match) return undefined
  const fraction = match[2] ?? ''
  return { units: BigInt(`${match[1]}${fraction}`), scale: fraction.length }
}

/**
 * Reads a number as JSON writes it: what {@link parseDecimal} reads, with a minus or an exponent of up to two digits.
 *
 * @example parseNumber('-2.5e-3') // { units: -25n, scale: 4 }
 */
export function parseNumber(text: string): Decimal | undefined {
  const match = /^(-?)([\d.]+)(?:e([+-]?\d{1,2}))?$/i.exec(text)
  const decimal = parseDecimal(match?.[2] ?? '')
  if (!match || !decimal) return undefined
  const units = match[1] === '-' ? -decimal.units : decimal.units
  const scale = decimal.scale - Number(match[3] ?? 0)
  return scale < 0 ? { units: units * 10n ** BigInt(-scale), scale: 0 } : { units, scale }
}

/**
 * Writes a number in full, with no more decimals than it needs.
 *
 * @example formatDecimal({ units: -2050n, scale: 2 }) // '-20.5'
 */
export function formatDecimal({ units, scale }: Decimal): string {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0')
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '')
  const whole = digits.slice(0, digits.length - scale)
  return `${units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

/** Exact product. */
export function multiply(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, scale: a.scale + b.scale }
}

/**
 * Nearest integer; a tie goes to the even one, so that a long sum of rounded values has no drift.
 *
 * @example roundHalfEven({ units: 25n, scale: 1 }) // 2n
 */
export function roundHalfEven({ units, scale }: Decimal): bigint {
  const divisor = 10n ** BigInt(scale)
  const floor = units / divisor
  const twice = (units % divisor) * 2n
  const up = twice > divisor || (twice === divisor && floor % 2n === 1n)
  return up ? floor + 1n : floor
}

/**
 * The same number as an integer of units of 10^-`places`.
 *
 * @returns undefined when it has more than `places` decimals that are not zero.
 *
 * @example toUnits({ units: 30n, scale: 2 }, 6) // 300_000n: 0.30 in millionths
 */
export function toUnits({ units, scale }: Decimal, places: number): bigint | undefined {
  if (scale <= places) return units * 10n ** BigInt(places - scale)
  const divisor = 10n ** BigInt(scale - places)
  return units % divisor === 0n ? units / divisor : undefined
}
