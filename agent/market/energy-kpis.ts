import { MeshError } from '../../protocol/errors.ts'
import { LOT } from './clearing.ts'
import { ratio } from './ratio.ts'
import { roundDown } from './round-down.ts'
import { addTotals, type EnergyTotals, type MeterReading, noEnergy, slotEnergy } from './slot-energy.ts'

/** A settled trade between two homes, which are named by their index. */
export interface EnergyTrade {
  /** Index of the delivery slot. */
  slot: number
  buyer: number
  seller: number
  quantityWh: number
  /** What the buyer paid, in minor units. */
  payment: bigint
  /** What of it went to the protocol, in minor units; the seller received the rest. */
  fee: bigint
}

/** What the grid takes for a kWh and what it gives for one, in minor units. */
export interface Tariff {
  retailPrice: bigint
  feedInPrice: bigint
}

/** One home over the whole period. Energy in Wh, money in minor units; a negative bill is an income. */
interface HomeKpis {
  loadWh: number
  pvWh: number
  ownUseWh: number
  boughtWh: number
  soldWh: number
  paid: bigint
  /** After fees. */
  received: bigint
  billAlone: bigint
  billWithMarket: bigint
  savings: bigint
}

/** The same figure without and with the market. */
interface Comparison {
  alone: number
  community: number
}

/** Wh that each home's battery took from what its meter shows, per slot; negative what it gave. */
export interface StorageFlows {
  /** Where nobody trades. */
  alone: readonly (readonly number[])[]
  community: readonly (readonly number[])[]
}

/** What a market did for a community; see {@link energyKpis}. */
export interface EnergyKpis {
  slots: EnergyTotals[]
  total: EnergyTotals
  homes: HomeKpis[]
  slotsWithTrade: number
  /** Share of the load that is not drawn from the grid; below 0 where batteries draw more than all load. */
  selfSufficiency: Comparison
  /** Share of the generation that is not fed in. */
  selfConsumption: Comparison
  /** Largest energy that all homes together draw in one slot, in Wh: each by itself, and behind one meter. */
  peakImportWh: Comparison
  billAlone: bigint
  billWithMarket: bigint
  savings: bigint
  paid: bigint
  received: bigint
  fees: bigint
}

/**
 * Key figures of an energy community, from its meters and its trades.
 *
 * Load that is met neither by a home's own generation nor by a purchase comes from the grid at the retail price,
 * generation that is neither used nor sold goes to the grid at the feed-in price, slot by slot. What a home sells
 * beyond its surplus it therefore makes good at the retail price. What it buys beyond what it draws it has still bought,
 * and the grid gives nothing for it, as in the contract. Grid money is summed exactly, in thousandths of a minor unit,
 * and each home's bill is rounded down once, at the end; totals are the sums of the homes' figures, so the lines
 * of a table add up. Batteries come on top of what the meters show; what they hold at the end is worth nothing here.
 *
 * @param readings per slot, each home's meter; every slot has the same homes in the same order
 * @param tariff of all slots, or one for each
 * @param storage what batteries did; without it there are none
 * @throws MeshError `TRADE_UNKNOWN` when a trade names a slot or a home that is not there, or a home trades with
 *   itself.
 *
 * @example
 * ```ts
 * const readings = [[{ loadWh: 100, pvWh: 400 }, { loadWh: 250, pvWh: 0 }]]
 * const trades = [{ slot: 0, seller: 0, buyer: 1, quantityWh: 250, payment: 47_500n, fee: 118n }]
 * const kpis = energyKpis(readings, trades, { retailPrice: 300_000n, feedInPrice: 80_000n })
 * kpis.selfSufficiency // { alone: 0.2857..., community: 1 }
 * kpis.savings // 54_882n: 0.25 kWh x (0.30 - 0.08) less the fee
 * ```
 */
export function energyKpis(
  readings: readonly (readonly MeterReading[])[],
  trades: readonly EnergyTrade[],
  tariff: Tariff | readonly Tariff[],
  storage?: StorageFlows,
): EnergyKpis {
  const homeCount = readings[0]?.length ?? 0
  const tariffOf = (slot: number): Tariff => ('retailPrice' in tariff ? tariff : (tariff[slot] ?? NO_TARIFF))
  const drawn = (flows: StorageFlows['alone'] | undefined) =>
    readings.map((homes, slot) =>
      homes.map(({ loadWh, pvWh }, home) => loadWh - pvWh + (flows?.[slot]?.[home] ?? 0)),
    )
  const alone = drawn(storage?.alone)
  const before = drawn(storage?.community)
  const net = before.map((homes) => [...homes])
  const behindOneMeter = net.map((homes) => homes.reduce((all, wh) => all + wh, 0))
  const homes = Array.from({ length: homeCount }, (_, home) => account(home, readings))
  const traded = readings.map(() => 0)
  for (const trade of trades) {
    checkTrade(trade, readings.length, homeCount)
    const residual = net[trade.slot] ?? []
    residual[trade.buyer] = (residual[trade.buyer] ?? 0) - trade.quantityWh
    residual[trade.seller] = (residual[trade.seller] ?? 0) + trade.quantityWh
    traded[trade.slot] = (traded[trade.slot] ?? 0) + trade.quantityWh
    enter(homes, trade)
  }
  const metered = net.map((homes, slot) =>
    homes.map((left, home) => gridWh(left, before[slot]?.[home] ?? left)),
  )
  const slots = readings.map((slot, index) => slotEnergy(slot, net[index], traded[index]))
  const total = slots.reduce(addTotals, noEnergy())
  const bills = homes.map((home, index) => {
    const billAlone = gridBill(alone, index, tariffOf)
    const billWithMarket = gridBill(metered, index, tariffOf) + home.paid - home.received
    return { ...home, billAlone, billWithMarket, savings: billAlone - billWithMarket }
  })
  const sum = (pick: (home: HomeKpis) => bigint) => bills.reduce((all, home) => all + pick(home), 0n)
  const paid = sum((home) => home.paid)
  const received = sum((home) => home.received)
  return {
    slots,
    total,
    homes: bills,
    slotsWithTrade: traded.filter((wh) => wh > 0).length,
    selfSufficiency: {
      alone: ratio(total.loadWh - imported(alone.flat()), total.loadWh),
      community: ratio(total.loadWh - total.importWh, total.loadWh),
    },
    selfConsumption: {
      alone: ratio(total.pvWh - exported(alone.flat()), total.pvWh),
      community: ratio(total.pvWh - exported(net.flat()), total.pvWh),
    },
    peakImportWh: {
      alone: alone.reduce((most, slot) => Math.max(most, imported(slot)), 0),
      community: behindOneMeter.reduce((most, wh) => Math.max(most, wh), 0),
    },
    billAlone: sum((home) => home.billAlone),
    billWithMarket: sum((home) => home.billWithMarket),
    savings: sum((home) => home.savings),
    paid,
    received,
    fees: paid - received,
  }
}

const NO_TARIFF: Tariff = { retailPrice: 0n, feedInPrice: 0n }

function imported(residual: readonly number[]): number {
  return residual.reduce((all, wh) => all + Math.max(wh, 0), 0)
}

function exported(residual: readonly number[]): number {
  return residual.reduce((all, wh) => all + Math.max(-wh, 0), 0)
}

type HomeAccount = Omit<HomeKpis, 'billAlone' | 'billWithMarket' | 'savings'>

function account(home: number, readings: readonly (readonly MeterReading[])[]): HomeAccount {
  const result = { loadWh: 0, pvWh: 0, ownUseWh: 0, boughtWh: 0, soldWh: 0, paid: 0n, received: 0n }
  for (const slot of readings) {
    const { loadWh, pvWh } = slot[home] ?? { loadWh: 0, pvWh: 0 }
    result.loadWh += loadWh
    result.pvWh += pvWh
    result.ownUseWh += Math.min(loadWh, pvWh)
  }
  return result
}

/** Enters a trade in the accounts of both its homes. */
function enter(homes: HomeAccount[], { buyer, seller, quantityWh, payment, fee }: EnergyTrade): void {
  const [buying, selling] = [homes[buyer], homes[seller]]
  if (buying === undefined || selling === undefined) return
  buying.boughtWh += quantityWh
  buying.paid += payment
  selling.soldWh += quantityWh
  selling.received += payment - fee
}

function checkTrade({ slot, buyer, seller }: EnergyTrade, slots: number, homes: number): void {
  const within = (index: number, length: number) => Number.isInteger(index) && index >= 0 && index < length
  if (within(slot, slots) && within(buyer, homes) && within(seller, homes) && buyer !== seller) return
  throw new MeshError('TRADE_UNKNOWN', 'A trade does not belong to these readings.', {
    field: 'trades',
    expected: `a slot below ${slots} and two different homes below ${homes}`,
    received: `slot ${slot}, buyer ${buyer}, seller ${seller}`,
    remedy: 'Give the readings of the slots and homes that the trades are of.',
  })
}

/**
 * Wh that are between a home and the grid: what is left after trading, but for what it bought and did not draw.
 *
 * @param left after trading: what it draws, or, below zero, has left
 * @param before trading
 */
function gridWh(left: number, before: number): number {
  return left < 0 && left < before ? Math.min(before, 0) : left
}

/** Minor units, rounded down (towards negative infinity), for the Wh that a home draws (positive) or feeds in per slot. */
function gridBill(
  residual: readonly (readonly number[])[],
  home: number,
  tariffOf: (slot: number) => Tariff,
): bigint {
  const thousandths = residual.reduce((all, homes, slot) => {
    const wh = homes[home] ?? 0
    const { retailPrice, feedInPrice } = tariffOf(slot)
    return all + BigInt(wh) * (wh > 0 ? retailPrice : feedInPrice)
  }, 0n)
  return roundDown(thousandths, LOT)
}
