/** What a ride costs by distance and time. Money in minor units. */
export interface FareTariff {
  base: bigint
  perKilometre: bigint
  perMinute: bigint
  /** Least fare before scarcity. */
  minimum: bigint
  /** Most that scarcity may add, in basis points of the fare. */
  maxSurcharge: bigint
}

/** A tariff near that of New York's taxis; money in millionths of a dollar. */
export const usualTariff: FareTariff = {
  base: 2_500_000n,
  perKilometre: 1_100_000n,
  perMinute: 350_000n,
  minimum: 5_000_000n,
  maxSurcharge: 10_000n,
}

/** What a fare is for. */
export interface Ride {
  /** Whole metres with the rider on board. */
  metres: number
  /** Whole seconds with the rider on board. */
  seconds: number
}

/** Who is looking for whom around the pick-up. */
export interface Demand {
  /** Riders without a driver. */
  riders: number
  /** Drivers without a rider. */
  drivers: number
}

const BPS = 10_000n

/**
 * The surcharge when riders outnumber drivers, in basis points: how many more riders there are, as a share of the drivers;
 * nothing while there are drivers for all, and at most `maxSurcharge`.
 *
 * @example surchargeOf({ riders: 12, drivers: 10 }, usualTariff) // 2000n
 */
export function surchargeOf({ riders, drivers }: Demand, { maxSurcharge }: FareTariff): bigint {
  if (riders <= drivers) return 0n
  if (drivers === 0) return maxSurcharge
  const share = (BigInt(riders - drivers) * BPS) / BigInt(drivers)
  return share < maxSurcharge ? share : maxSurcharge
}

/**
 * The fare: max(minimum, base + perKilometre x distance + perMinute x time) x (1 + surcharge), rounded down once, at the end.
 * It is what a driver's agent asks for at first; both sides may make counter-offers.
 *
 * @param demand without it there is no surcharge
 * @throws RangeError when metres or seconds are no whole numbers of at least 0.
 *
 * @example fareOf({ metres: 2900, seconds: 630 }, usualTariff) // 9_365_000n
 */
export function fareOf({ metres, seconds }: Ride, tariff: FareTariff, demand?: Demand): bigint {
  for (const value of [metres, seconds]) {
    if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`no whole number >= 0: ${value}`)
  }
  // In parts of 1/60,000: thousandths of a kilometre, sixtieths of a minute.
  const metered =
    tariff.base * 60_000n +
    tariff.perKilometre * BigInt(metres) * 60n +
    tariff.perMinute * BigInt(seconds) * 1000n
  const least = tariff.minimum * 60_000n
  const surcharge = demand === undefined ? 0n : surchargeOf(demand, tariff)
  return ((metered > least ? metered : least) * (BPS + surcharge)) / (60_000n * BPS)
}
