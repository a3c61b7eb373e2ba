/** What one home's meter measured in one slot, in Wh. */
export interface MeterReading {
  loadWh: number
  pvWh: number
}

/** Energy of a slot or of a whole period, in Wh. */
export interface EnergyTotals {
  loadWh: number
  pvWh: number
  /** Generation that a home used itself at once. */
  ownUseWh: number
  surplusWh: number
  deficitWh: number
  /** Most that any market can trade: in each slot the lesser of all surplus and all deficit. */
  maxTradableWh: number
  tradedWh: number
  /** Drawn from the grid after trading. */
  importWh: number
}

/**
 * Adds up one slot.
 *
 * @param homes each home's meter
 * @param residual each home's load less generation after trading, in Wh; without it nothing was traded
 * @param tradedWh quantity that changed hands
 *
 * @example
 * ```ts
 * slotEnergy([{ loadWh: 100, pvWh: 400 }, { loadWh: 250, pvWh: 0 }]).maxTradableWh // 250
 * ```
 */
export function slotEnergy(
  homes: readonly MeterReading[],
  residual: readonly number[] = homes.map(({ loadWh, pvWh }) => loadWh - pvWh),
  tradedWh = 0,
): EnergyTotals {
  const totals = { ...noEnergy(), tradedWh }
  for (const { loadWh, pvWh } of homes) {
    totals.loadWh += loadWh
    totals.pvWh += pvWh
    totals.ownUseWh += Math.min(loadWh, pvWh)
    totals.surplusWh += Math.max(pvWh - loadWh, 0)
    totals.deficitWh += Math.max(loadWh - pvWh, 0)
  }
  totals.maxTradableWh = Math.min(totals.surplusWh, totals.deficitWh)
  totals.importWh = residual.reduce((all, wh) => all + Math.max(wh, 0), 0)
  return totals
}

/** The sum of no slots. */
export function noEnergy(): EnergyTotals {
  return {
    loadWh: 0,
    pvWh: 0,
    ownUseWh: 0,
    surplusWh: 0,
    deficitWh: 0,
    maxTradableWh: 0,
    tradedWh: 0,
    importWh: 0,
  }
}

/** Sum of two slots or periods. */
export function addTotals(a: EnergyTotals, b: EnergyTotals): EnergyTotals {
  return {
    loadWh: a.loadWh + b.loadWh,
    pvWh: a.pvWh + b.pvWh,
    ownUseWh: a.ownUseWh + b.ownUseWh,
    surplusWh: a.surplusWh + b.surplusWh,
    deficitWh: a.deficitWh + b.deficitWh,
    maxTradableWh: a.maxTradableWh + b.maxTradableWh,
    tradedWh: a.tradedWh + b.tradedWh,
    importWh: a.importWh + b.importWh,
  }
}
