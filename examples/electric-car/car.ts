import { type Battery, checkBattery, rangeOf, storedAfter } from '@mesh/sdk'

/** What a car does with its battery at this hour of the day (UTC): it charges while energy is cheap, and sells while it is dear. */
export function planAt(hour: number): 'charge' | 'sell' | 'drive' {
  if (hour < 6 || (10 <= hour && hour < 16)) return 'charge'
  return 17 <= hour && hour < 22 ? 'sell' : 'drive'
}

/** A car's battery, and what the energy in it has cost. Energy in whole Wh, money in minor units. */
export class CarBattery {
  readonly #battery: Battery
  readonly #reserveWh: number
  #storedWh: number
  /** Bought, and not there yet. */
  #expectedWh = 0
  /** Of what is stored beyond the reserve. */
  #cost = 0n

  /**
   * @param reserveWh is never sold: the car has to drive tomorrow. It is what the battery holds at first
   * @throws MeshError `BATTERY_INVALID`
   */
  constructor(battery: Battery, reserveWh: number) {
    checkBattery(battery, reserveWh)
    this.#battery = battery
    this.#reserveWh = reserveWh
    this.#storedWh = reserveWh
  }

  get storedWh(): number {
    return this.#storedWh
  }

  /** Most that it can buy, or sell, within so many seconds: bounded by its power, its room and the reserve. */
  within(seconds: number): { buysWh: bigint; sellsWh: bigint } {
    const coming = storedAfter(this.#battery, this.#storedWh, this.#expectedWh)
    const { takesWh } = rangeOf(this.#battery, coming, seconds)
    const { givesWh } = rangeOf(this.#battery, this.#storedWh, seconds)
    return { buysWh: BigInt(takesWh), sellsWh: BigInt(Math.min(givesWh, this.#spareWh)) }
  }

  /** Least for which a kWh is worth selling: what it cost, with what storing lost, and the wear. */
  worth(wear: bigint): bigint {
    const spare = BigInt(this.#spareWh)
    return wear + (spare === 0n ? 0n : (this.#cost * 1000n + spare - 1n) / spare)
  }

  /** Is to come: there has to be room for it. @throws RangeError */
  expect(wh: number): void {
    const room = Number(this.within(86_400).buysWh)
    if (!(wh >= 0 && wh <= room)) throw new RangeError(`room for ${room} Wh, ${wh} Wh bought`)
    this.#expectedWh += wh
  }

  /** What was expected has come, for so much; 0 where it has not. */
  arrive(expectedWh: number, wh: number, paid: bigint): void {
    this.#expectedWh -= expectedWh
    this.#storedWh = storedAfter(this.#battery, this.#storedWh, wh)
    this.#cost += paid
  }

  /** Was sold. @throws RangeError when the reserve would be touched */
  give(wh: number): void {
    const spare = this.#spareWh
    if (!(wh >= 0 && wh <= spare)) throw new RangeError(`${spare} Wh above the reserve, ${wh} Wh sold`)
    this.#cost -= spare === 0 ? 0n : (this.#cost * BigInt(wh)) / BigInt(spare)
    this.#storedWh -= wh
  }

  get #spareWh(): number {
    return Math.max(0, this.#storedWh - this.#reserveWh)
  }
}
