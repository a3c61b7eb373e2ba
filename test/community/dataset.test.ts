import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { energyKpis } from '../../agent/market/energy-kpis.ts'
import type { Dataset } from '../../community/dataset.ts'
import { parseMoney } from '../../community/money.ts'
import { readCommunity } from '../../community/read-community.ts'

interface Invariants {
  slots: number
  homes: number
  [field: string]: number
}

const vectors = new URL('../vectors/energy_invariants.json', import.meta.url)
const invariants = (JSON.parse(readFileSync(vectors, 'utf8')) as { cases: [Invariants] }).cases[0]

/** Settles all that can be traded at one price and without a fee. */
function tradeEverything({ slots, feedInPrice }: Dataset) {
  return slots.flatMap(({ readings }, slot) => {
    const net = readings.map(({ loadWh, pvWh }) => loadWh - pvWh)
    const trades = []
    for (let buyer = 0, seller = 0; buyer < net.length && seller < net.length; ) {
      const deficit = net[buyer] ?? 0
      const surplus = -(net[seller] ?? 0)
      if (deficit <= 0) buyer++
      else if (surplus <= 0) seller++
      else {
        const quantityWh = Math.min(deficit, surplus)
        net[buyer] = deficit - quantityWh
        net[seller] = quantityWh - surplus
        const payment = (BigInt(quantityWh) * feedInPrice) / 1000n
        trades.push({ slot, buyer, seller, quantityWh, payment, fee: 0n })
      }
    }
    return trades
  })
}

describe('the shipped community', () => {
  const dataset = readCommunity()
  const kpis = energyKpis(
    dataset.slots.map((slot) => slot.readings),
    tradeEverything(dataset),
    dataset,
  )

  it('has the homes, slots and prices of the published case', () => {
    expect(dataset.homes).to.have.length(invariants.homes)
    expect(dataset.slots).to.have.length(invariants.slots)
    expect(dataset.retailPrice).to.equal(parseMoney(String(invariants.retail_per_kwh), 'retail'))
    expect(dataset.feedInPrice).to.equal(parseMoney(String(invariants.feed_in_per_kwh), 'feed-in'))
    expect(new Date((dataset.slots[0]?.start ?? 0) * 1000).toISOString()).to.equal('2021-03-08T00:00:00.000Z')
    expect(dataset.slots.every(({ start, end }) => end - start === 900)).to.equal(true)
  })

  const energies: [string, number][] = [
    ['total_load_wh', kpis.total.loadWh],
    ['total_pv_wh', kpis.total.pvWh],
    ['own_use_wh', kpis.total.ownUseWh],
    ['sum_surplus_wh', kpis.total.surplusWh],
    ['sum_deficit_wh', kpis.total.deficitWh],
    ['max_tradable_wh', kpis.total.maxTradableWh],
    ['max_tradable_wh', kpis.total.tradedWh],
    ['slots_with_trade', kpis.slotsWithTrade],
    ['peak_import_slot_wh_alone', kpis.peakImportWh.alone],
    ['peak_import_slot_wh_community', kpis.peakImportWh.community],
  ]
  for (const [field, value] of energies) {
    it(`agrees with ${field} to the Wh`, () => expect(value).to.equal(invariants[field]))
  }

  const ratios: [string, number][] = [
    ['self_sufficiency_alone', kpis.selfSufficiency.alone],
    ['self_sufficiency_community', kpis.selfSufficiency.community],
    ['self_consumption_alone', kpis.selfConsumption.alone],
    ['self_consumption_community', kpis.selfConsumption.community],
  ]
  for (const [field, value] of ratios) {
    it(`agrees with ${field} to six digits`, () =>
      expect(value).to.be.closeTo(invariants[field] ?? Number.NaN, 5e-7))
  }

  const bills: [string, bigint][] = [
    ['net_bill_alone', kpis.billAlone],
    ['net_bill_community', kpis.billWithMarket],
    ['community_gain', kpis.savings],
  ]
  for (const [field, value] of bills) {
    it(`agrees with ${field} to its last digit`, () => {
      expect(Number(value) / 1e6).to.be.closeTo(invariants[field] ?? Number.NaN, 5.1e-5)
    })
  }

  it('agrees with community_saving_pct', () => {
    const percent = (Number(kpis.savings) / Number(kpis.billAlone)) * 100
    expect(percent).to.be.closeTo(invariants.community_saving_pct ?? Number.NaN, 5e-5)
  })
})
