import { MONEY_DECIMALS } from '../../protocol/money.ts'

const grouping = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })

/** @param units a whole number in the token's smallest unit @example money('7425') // '0.0074' */
export function money(units: string | bigint | null, decimals = 4): string {
  return units === null ? '–' : fixed(BigInt(units), MONEY_DECIMALS, decimals)
}

/** A price per lot as one per kWh. @example pricePerKwh('176800', '1000') // '0.1768' */
export function pricePerKwh(price: string | null, lot: string | null): string {
  if (price === null || lot === null || BigInt(lot) === 0n) return '–'
  return money((BigInt(price) * 1_000n) / BigInt(lot))
}

/** Energy with its unit, as people say it. @example energy('12345') // '12.3 kWh' */
export function energy(wattHours: string | bigint): string {
  const wh = BigInt(wattHours)
  if (wh < 1_000n && wh > -1_000n) return `${wh} Wh`
  if (wh < 1_000_000n && wh > -1_000_000n) return `${fixed(wh, 3, wh < 100_000n ? 2 : 1)} kWh`
  return `${fixed(wh, 6, 2)} MWh`
}

/** @example distance('4521') // '4.5 km' */
export function distance(metres: string | number): string {
  const m = Number(metres)
  return m < 1_000 ? `${m} m` : `${(m / 1_000).toFixed(1)} km`
}

/** What a quantity is of, by the capability that it is traded under. @example quantityOf('energy.supply', '42') // '42 Wh' */
export function quantityOf(capability: string, quantity: string): string {
  if (capability.startsWith('energy.')) return energy(quantity)
  if (capability.startsWith('ride.')) return distance(quantity)
  return grouping.format(BigInt(quantity))
}

/** @example count(12345) // '12,345' */
export function count(value: number | bigint | string): string {
  return grouping.format(BigInt(value))
}

/** @param share from 0 to 1 @example percent(0.256) // '25.6 %' */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

/** A reputation of 10^18ths as a number from 0 to 1. */
export function scoreOf(score: string): number {
  return Number(BigInt(score) / 10n ** 12n) / 1e6
}

/** Rounds half away from zero to `decimals` places, and groups thousands. */
function fixed(value: bigint, scale: number, decimals: number): string {
  const sign = value < 0n ? '−' : ''
  const size = value < 0n ? -value : value
  const step = 10n ** BigInt(scale - decimals)
  const rounded = (size + step / 2n) / step
  const one = 10n ** BigInt(decimals)
  const fraction = String(rounded % one).padStart(decimals, '0')
  return `${sign}${grouping.format(rounded / one)}${decimals === 0 ? '' : `.${fraction}`}`
}
