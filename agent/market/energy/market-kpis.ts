import { LOT } from '../clearing.ts'
import type { EnergyKpis, Tariff } from '../energy-kpis.ts'
import { gasCostOf, type PlatformCost, usualRollup } from '../rides/platform-cost.ts'
import type { Simulation } from './simulate.ts'

/**
 * A slot on a rollup: an order costs 23,800 gas to submit and clear (`npm run gas`) and 300 bytes of calldata; prices as
 * in {@link usualRollup}. A cleared slot takes no protocol fee.
 */
export const usualSlotRollup: PlatformCost = { ...usualRollup, gas: 23_800n, bytes: 300n, feeBps: 0n }

/** Who is worse off with the market than without it. Money in minor units. */
export interface Fairness {
  /** Homes whose bill is higher than alone. */
  worseOff: number
  /** What they lose in all, and the most that one of them does. */
  loss: bigint
  worst: bigint
}

/** What a market was worth, beside what its homes and meters tell. Money in minor units, shares from 0 to 1. */
export interface MarketKpis {
  /** What the orders gained over their limits, and the most that they could. */
  welfare: bigint
  optimum: bigint
  welfareShare: number
  /** What homes and fees gained against the grid, and the most that any market could without batteries. */
  gain: bigint
  possibleGain: bigint
  fairness: Fairness
  orders: number
  gas: bigint
  /** Of what buyers paid. */
  feeShare: number
  gasShare: number
}

/**
 * Key figures of a simulated market. Losses below a minor unit for each slot with trade are rounding and no loss.
 *
 * @param tariff of each slot
 * @param platform what an order costs on chain
 *
 * @example
 * ```ts
 * const simulation = simulateSlots(slots, homes)
 * const kpis = energyKpis(slots.map(({ readings }) => readings), simulation.trades, slots, simulation.storage)
 * marketKpis(simulation, kpis, slots).fairness // { worseOff: 0, loss: 0n, worst: 0n }
 * ```
 */
export function marketKpis(
  { slots, trades }: Simulation,
  kpis: EnergyKpis,
  tariff: readonly Tariff[],
  platform: PlatformCost = usualSlotRollup,
): MarketKpis {
  const sum = (values: readonly bigint[]) => values.reduce((all, value) => all + value, 0n)
  const [welfare, optimum] = [sum(slots.map((slot) => slot.welfare)), sum(slots.map((slot) => slot.optimum))]
  const possible = kpis.slots.map(({ maxTradableWh }, slot) => {
    const { retailPrice = 0n, feedInPrice = 0n } = tariff[slot] ?? {}
    return retailPrice > feedInPrice ? BigInt(maxTradableWh) * (retailPrice - feedInPrice) : 0n
  })
  const rounding = kpis.homes.map(() => 0n)
  for (const { buyer, seller } of trades) {
    for (const home of [buyer, seller]) rounding[home] = (rounding[home] ?? 0n) + 1n
  }
  const losses = kpis.homes.flatMap(({ savings }, home) =>
    -savings > (rounding[home] ?? 0n) ? [-savings] : [],
  )
  const orders = slots.reduce((all, slot) => all + slot.orders, 0)
  const gas = gasCostOf(platform) * BigInt(orders)
  const shareOfPaid = (amount: bigint) => (kpis.paid === 0n ? 0 : Number(amount) / Number(kpis.paid))
  return {
    welfare: welfare / LOT,
    optimum: optimum / LOT,
    welfareShare: optimum === 0n ? 1 : Number(welfare) / Number(optimum),
    gain: kpis.savings + kpis.fees,
    possibleGain: sum(possible) / LOT,
    fairness: {
      worseOff: losses.length,
      loss: sum(losses),
      worst: losses.reduce((most, loss) => (loss > most ? loss : most), 0n),
    },
    orders,
    gas,
    feeShare: shareOfPaid(kpis.fees),
    gasShare: shareOfPaid(gas),
  }
}
