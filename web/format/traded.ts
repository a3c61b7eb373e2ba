import { count, energy, pricePerKwh } from './amounts.ts'

/** Units of quantity that a price of energy is for, Wh. What an agreement is about the chain does not tell; this tells energy from others. */
export const ENERGY_LOT = '1000'

/** How much was agreed or traded, with its unit where it is energy. @example tradedText('250', '1000') // '250 Wh' */
export function tradedText(quantity: string | null, lot: string | null): string {
  if (quantity === null) return '–'
  return lot === ENERGY_LOT ? energy(quantity) : count(quantity)
}

/** What a kWh cost; of what is no energy there is no such price. @example energyPrice('176800', '1000') // '0.1768' */
export function energyPrice(price: string | null, lot: string | null): string {
  return lot === ENERGY_LOT ? pricePerKwh(price, lot) : '–'
}
