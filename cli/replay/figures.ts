import type { EnergyKpis } from '../../agent/index.ts'
import { pricePerKWh } from '../format.ts'

/** Key figures of all homes for programs: energy in Wh and shares as numbers, money as integers in minor units. */
export function figuresOf({ total, ...kpis }: EnergyKpis): object {
  return {
    tradedWh: total.tradedWh,
    maxTradableWh: total.maxTradableWh,
    slotsWithTrade: kpis.slotsWithTrade,
    totalLoadWh: total.loadWh,
    totalPvWh: total.pvWh,
    ownUseWh: total.ownUseWh,
    surplusWh: total.surplusWh,
    deficitWh: total.deficitWh,
    selfSufficiency: kpis.selfSufficiency,
    selfConsumption: kpis.selfConsumption,
    peakImportWh: kpis.peakImportWh,
    ...moneyOf(kpis),
    fees: Number(kpis.fees),
    averagePrice: Number(pricePerKWh(kpis.paid, total.tradedWh) ?? 0n),
  }
}

/** Key figures of one home for programs. */
export function figuresOfHome(home: EnergyKpis['homes'][number]): object {
  return { ...home, ...moneyOf(home) }
}

function moneyOf(side: Pick<EnergyKpis, 'billAlone' | 'billWithMarket' | 'savings' | 'paid' | 'received'>) {
  return {
    billAlone: Number(side.billAlone),
    billWithMarket: Number(side.billWithMarket),
    savings: Number(side.savings),
    paid: Number(side.paid),
    received: Number(side.received),
  }
}
