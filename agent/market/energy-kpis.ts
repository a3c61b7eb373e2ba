import { MeshError } from '../../protocol/errors.ts'
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

/** What a market did for a community; see {@link energyKpis}. */
export interface EnergyKpis {
  slots: EnergyTotals[]
  total: EnergyTotals
  homes: HomeKpis[]
  slotsWithTrade: number
  /** Share of the load that is met from the home's own generation, and from that of the community. */
  selfSufficiency: Comparison
  /** Share of the generation that is used by the home itself, and within the community. */
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
 * beyond its surplus it therefore has to import. Grid money is summed exactly, in thousandths of a minor unit,
 * and each home's bill is rounded down once, at the end; totals are the sums of the homes' figures, so the lines
 * of a table add up.
 *
 * @param readings per slot, each home's meter; every slot has the same homes in the same order
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
  tariff: Tariff,
): EnergyKpis {
  const homeCount = readings[0]?.length ?? 0
  const net = readings.map((homes) => homes.map(({ loadWh, pvWh }) => loadWh - pvWh))
  const homes = Array.from({ length: homeCount }, (_, home) => account(home, readings, trades))
  const traded = readings.map(() => 0)
  for (const trade of trades) {
    checkTrade(trade, readings.length, homeCount)
    const residual = net[trade.slot] ?? []
    residual[trade.buyer] = (residual[trade.buyer] ?? 0) - trade.quantityWh
    residual[trade.seller] = (residual[trade.seller] ?? 0) + trade.quantityWh
    traded[trade.slot] = (traded[trade.slot] ?? 0) + trade.quantityWh
  }
  const slots = readings.map((slot, index) => slotEnergy(slot, net[index], traded[index]))
  const total = slots.reduce(addTotals, noEnergy())
  const bills = homes.map((home, index) => {
    const alone = readings.map((slot) => (slot[index]?.loadWh ?? 0) - (slot[index]?.pvWh ?? 0))
    const residual = net.map((slot) => slot[index] ?? 0)
    const billAlone = gridBill(alone, tariff)
    const billWithMarket = gridBill(residual, tariff) + home.paid - home.received
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
      alone: ratio(total.ownUseWh, total.loadWh),
      community: ratio(total.loadWh - total.importWh, total.loadWh),
    },
    selfConsumption: {
      alone: ratio(total.ownUseWh, total.pvWh),
      community: ratio(total.loadWh - total.importWh, total.pvWh),
    },
    peakImportWh: {
      alone: Math.max(0, ...slots.map((slot) => slot.deficitWh)),
      community: Math.max(0, ...slots.map((slot) => slot.loadWh - slot.pvWh)),
    },
    billAlone: sum((home) => home.billAlone),
    billWithMarket: sum((home) => home.billWithMarket),
    savings: sum((home) => home.savings),
    paid,
    received,
    fees: paid - received,
  }
}

type HomeAccount = Omit<HomeKpis, 'billAlone' | 'billWithMarket' | 'savings'>

function account(
  home: number,
  readings: readonly (readonly MeterReading[])[],
  trades: readonly EnergyTrade[],
): HomeAccount {
  const result = { loadWh: 0, pvWh: 0, ownUseWh: 0, boughtWh: 0, soldWh: 0, paid: 0n, received: 0n }
  for (const slot of readings) {
    const { loadWh, pvWh } = slot[home] ?? { loadWh: 0, pvWh: 0 }
    result.loadWh += loadWh
    result.pvWh += pvWh
    result.ownUseWh += Math.min(loadWh, pvWh)
  }
  for (const { buyer, seller, quantityWh, payment, fee } of trades) {
    if (buyer === home) {
      result.boughtWh += quantityWh
      result.paid += payment
    }
    if (seller === home) {
      result.soldWh += quantityWh
      result.received += payment - fee
    }
  }
  return result
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

/** Minor units, rounded down (towards negative infinity), for the Wh drawn (positive) or fed in (negative) per slot. */
function gridBill(residual: readonly number[], { retailPrice, feedInPrice }: Tariff): bigint {
  const drawn = residual.reduce((all, wh) => all + Math.max(wh, 0), 0)
  const fedIn = residual.reduce((all, wh) => all + Math.max(-wh, 0), 0)
  const thousandths = BigInt(drawn) * retailPrice - BigInt(fedIn) * feedInPrice
  const quotient = thousandths / 1000n
  return thousandths % 1000n < 0n ? quotient - 1n : quotient
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
