import { type EnergyKpis, energyKpis } from '../../agent/index.ts'
import { type Check, checksByName, checksInWords } from '../../community/check.ts'
import type { NumberedSlot } from '../../community/clock.ts'
import type { Dataset } from '../../community/dataset.ts'
import { formatInstant } from '../../community/instant.ts'
import { counted, energy, money, percent, pricePerKWh } from '../format.ts'
import { table } from '../table.ts'
import type { Evidence } from './evidence.ts'
import { figuresOf, figuresOfHome } from './figures.ts'

/** What came of a replay. */
export interface Report {
  dataset: Dataset
  slots: readonly NumberedSlot[]
  kpis: EnergyKpis
  trades: number
  /** Gas of opening and settling, per trade. */
  gasPerTrade: number
  /** How many trades took how many offers. */
  rounds: Record<string, number>
  checks: Check[]
}

/** Works out the key figures of the trades that the index knows; the journals say which slot each belongs to. */
export function createReport(
  dataset: Dataset,
  slots: readonly NumberedSlot[],
  evidence: Evidence,
  checks: Check[],
): Report {
  const homeIndex = new Map(
    evidence.homes.map(({ name, address }) => [
      address.toLowerCase(),
      dataset.homes.findIndex((home) => home.name === name),
    ]),
  )
  const slotIndex = new Map(slots.map(({ start }, index) => [BigInt(start), index]))
  const terms = new Map(evidence.homes.flatMap(({ deals }) => deals.map((deal) => [deal.id, deal.terms])))
  const trades = evidence.trades.flatMap(({ id, buyer, seller, ...trade }) => {
    const slot = slotIndex.get(terms.get(id)?.start ?? -1n)
    const parties = { buyer: homeIndex.get(buyer.toLowerCase()), seller: homeIndex.get(seller.toLowerCase()) }
    // A trade that no journal knows has no slot; the checks have told of it.
    if (slot === undefined || parties.buyer === undefined || parties.seller === undefined) return []
    return [{ ...trade, slot, buyer: parties.buyer, seller: parties.seller }]
  })
  const rounds: Record<string, number> = {}
  for (const { id } of evidence.trades) {
    const count = String(terms.get(id)?.round ?? 0)
    rounds[count] = (rounds[count] ?? 0) + 1
  }
  const gas = evidence.homes.flatMap(({ deals }) => deals).reduce((sum, deal) => sum + deal.gasUsed, 0n)
  const count = evidence.trades.length
  return {
    dataset,
    slots,
    kpis: energyKpis(
      slots.map(({ readings }) => readings),
      trades,
      dataset,
    ),
    trades: count,
    gasPerTrade: count === 0 ? 0 : Math.round(Number(gas) / count),
    rounds,
    checks,
  }
}

/** The report for programs: energy in Wh and shares as numbers, money as integers in minor units. */
export function toJson({ dataset, slots, kpis, trades, gasPerTrade, rounds, checks }: Report): object {
  return {
    dataset: dataset.name,
    slots: slots.length,
    from: slots[0]?.index ?? 0,
    start: formatInstant(slots[0]?.start ?? 0),
    homes: dataset.homes.length,
    trades,
    ...figuresOf(kpis),
    gasPerTrade,
    rounds,
    perHome: kpis.homes.map((home, index) => ({
      home: dataset.homes[index]?.name,
      strategy: dataset.homes[index]?.strategy.name,
      ...figuresOfHome(home),
    })),
    checks: checksByName(checks),
  }
}

/** The report for people. */
export function toText({ dataset, slots, kpis, trades, gasPerTrade, rounds, checks }: Report): string {
  const { total } = kpis
  const rows = kpis.homes.map((home, index) => [
    dataset.homes[index]?.name ?? '',
    dataset.homes[index]?.strategy.name ?? '',
    energy(home.loadWh),
    energy(home.pvWh),
    energy(home.boughtWh),
    energy(home.soldWh),
    money(home.paid),
    money(home.received),
    money(home.billAlone),
    money(home.billWithMarket),
    money(home.savings),
  ])
  const sum = [
    'all homes',
    '',
    energy(total.loadWh),
    energy(total.pvWh),
    energy(total.tradedWh),
    energy(total.tradedWh),
    money(kpis.paid),
    money(kpis.received),
    money(kpis.billAlone),
    money(kpis.billWithMarket),
    money(kpis.savings),
  ]
  const head =
    'home,strategy,load Wh,pv Wh,bought Wh,sold Wh,paid,received,bill alone,with market,saved'.split(',')
  const price = pricePerKWh(kpis.paid, total.tradedWh)
  const offers = Object.entries(rounds).map(([count, number]) => `${energy(number)} with ${count}`)
  const share = ({ alone, community }: { alone: number; community: number }) =>
    `${percent(alone)} alone, ${percent(community)} in the community`
  const facts = [
    [
      'traded',
      `${energy(total.tradedWh)} Wh of ${energy(total.maxTradableWh)} Wh that could be, in ${counted(trades, 'trade')}`,
    ],
    ['average price', price === undefined ? 'nothing was traded' : `${money(price)} per kWh`],
    ['self-sufficiency', share(kpis.selfSufficiency)],
    ['self-consumption', share(kpis.selfConsumption)],
    ['paid', `${money(kpis.paid)} = ${money(kpis.received)} received + ${money(kpis.fees)} fees`],
    ['saved', `${money(kpis.savings)}: ${bill(kpis.billWithMarket)} instead of ${bill(kpis.billAlone)}`],
    ['offers per trade', offers.join(', ') || 'none'],
    ['gas per trade', energy(gasPerTrade)],
    ['checks', checksInWords(checks)],
  ]
  return [
    `${dataset.name}: ${counted(slots.length, 'slot')} from ${formatInstant(slots[0]?.start ?? 0)}, ${counted(dataset.homes.length, 'home')}`,
    table([head, ...rows, sum], ['left', 'left', ...Array.from({ length: 9 }, () => 'right' as const)]),
    table(facts, ['left', 'left']),
  ].join('\n\n')
}

/** What the homes pay in all, or get when they sell the grid more than they buy. */
function bill(amount: bigint): string {
  return amount < 0n ? `${money(-amount)} to get` : `${money(amount)} to pay`
}
