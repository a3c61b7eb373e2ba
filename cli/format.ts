import { formatMoney } from '../community/money.ts'

/** Energy in Wh with thousands separators: `12,345`. */
export function energy(wh: number): string {
  return Math.round(wh).toLocaleString('en-US')
}

/** Energy with its sign: `+12`, `-345`, and an empty cell for nothing. */
export function signedEnergy(wh: number): string {
  return wh === 0 ? '' : `${wh > 0 ? '+' : ''}${energy(wh)}`
}

/** How many there are of something: `1 slot`, `1,234 slots`. */
export function counted(count: number, noun: string): string {
  return `${energy(count)} ${noun}${Math.round(count) === 1 ? '' : 's'}`
}

/** Money of the payment token to a hundredth of a cent. */
export function money(minorUnits: bigint): string {
  return formatMoney(minorUnits, 4)
}

/** A share as a percentage with one decimal. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`
}

/** Price per kWh in minor units; undefined when no energy was traded. */
export function pricePerKWh(payment: bigint, wh: number): bigint | undefined {
  return wh === 0 ? undefined : (payment * 1000n) / BigInt(wh)
}
