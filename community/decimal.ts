/** A decimal number >= 0 without rounding error: `units` / 10^`scale`. */
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
