import { MONEY_DECIMALS } from '../../../protocol/money.ts'

/** Most Wh that the form asks for at once. */
const MAX_WH = 100_000n

/** Why what was typed cannot be used, or what it says. */
export type Typed = { value: bigint; fault?: never } | { fault: string; value?: never }

/** @example typedWh('50') // { value: 50n } */
export function typedWh(text: string): Typed {
  if (!/^\d{1,9}$/.test(text.trim())) return { fault: 'A whole number of watt-hours, such as 50.' }
  const value = BigInt(text.trim())
  if (value < 1n || value > MAX_WH) return { fault: `From 1 to ${MAX_WH.toLocaleString('en')} Wh.` }
  return { value }
}

/** A price in dollars as minor units. @example typedPrice('0.3') // { value: 300_000n } */
export function typedPrice(text: string): Typed {
  const found = /^(\d{1,6})(?:[.,](\d{1,6}))?$/.exec(text.trim())
  if (found === null) return { fault: 'Dollars a kilowatt-hour, such as 0.30, with up to six decimals.' }
  const [, whole = '0', fraction = ''] = found
  const value = BigInt(whole + fraction.padEnd(MONEY_DECIMALS, '0'))
  return value === 0n ? { fault: 'More than nothing: nobody sells for free.' } : { value }
}
