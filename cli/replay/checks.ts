import { type Deal, isOpen, shareOf } from '../../agent/index.ts'
import { type Check, differs, first } from '../../community/check.ts'
import type { Evidence, HomeEvidence } from './evidence.ts'

/** Sums over a home's deals that have ended. Money in minor units. */
interface Sums {
  settled: number
  boughtWh: number
  soldWh: number
  paid: bigint
  received: bigint
}

/**
 * Holds the records of a market against one another: meters, journals, index and chain know of it independently.
 *
 * @param maxTradableWh what any market could have traded at most
 */
export function crossCheck(evidence: Evidence, maxTradableWh: number): Check[] {
  const { homes, trades, stats, feesOnChain } = evidence
  const sums = homes.map((home) => sumsOf(home.deals))
  const total = (pick: (sum: Sums) => bigint) => sums.reduce((all, sum) => all + pick(sum), 0n)
  const tradedWh = trades.reduce((all, trade) => all + trade.quantityWh, 0)
  const paid = total((sum) => sum.paid)
  const received = total((sum) => sum.received)
  return [
    { name: 'tradedIsMaximum', fault: differs('traded, in Wh', maxTradableWh, tradedWh) },
    { name: 'paidIsReceivedPlusFees', fault: differs('paid by the buyers', received + feesOnChain, paid) },
    { name: 'journalsAgree', fault: journalsFault(homes, sums) },
    {
      name: 'indexAgrees',
      fault:
        tradesFault(evidence) ??
        differs('trades in the statistics', trades.length, stats.trades) ??
        differs('energy in the statistics, in Wh', tradedWh, Number(stats.tradedWh)) ??
        differs('volume in the statistics', paid, stats.volume) ??
        differs('fees in the statistics', feesOnChain, stats.fees),
    },
    { name: 'balancesAgree', fault: first(homes, (home, index) => balanceFault(home, sums[index])) },
    {
      name: 'everyAgreementEnded',
      fault:
        first(homes, ({ name, deals }) =>
          differs(`agreements of ${name} that have not ended`, 0, deals.filter(isAgreed).length),
        ) ?? differs('open agreements in the index', 0, openIn(stats)),
    },
  ]
}

function openIn({ agreements: { open, delivered, disputed } }: Evidence['stats']): number {
  return open + delivered + disputed
}

/** Whether both sides have signed and the deal has not ended; an offer that nobody took is no agreement. */
function isAgreed(deal: Deal): boolean {
  return deal.state === 'signed' || isOpen(deal)
}

function sumsOf(deals: readonly Deal[]): Sums {
  const sums = { settled: 0, boughtWh: 0, soldWh: 0, paid: 0n, received: 0n }
  for (const deal of deals) {
    const { role, outcome } = deal
    if (deal.state === 'settled') sums.settled += 1
    if (outcome === undefined) continue
    if (role === 'buyer') {
      sums.boughtWh += Number(outcome.quantity)
      sums.paid += outcome.paid
    } else {
      sums.soldWh += Number(outcome.quantity)
      sums.received += outcome.paid - feeOf(deal)
    }
  }
  return sums
}

/** Whether something was delivered and paid for: what the index counts as a trade. */
function isTrade({ state, outcome }: Deal): boolean {
  return (state === 'settled' || state === 'resolved') && outcome !== undefined && outcome.paid > 0n
}

/** Protocol fee of what was paid for a deal. */
function feeOf({ agreement, outcome }: Deal): bigint {
  return shareOf(outcome?.paid ?? 0n, agreement.feeBps)
}

/** What a home said while it ran has to be what it wrote down. */
function journalsFault(homes: readonly HomeEvidence[], sums: readonly Sums[]): string | undefined {
  return first(homes, ({ name, books }, index) => {
    const sum = sums[index]
    if (books === undefined || sum === undefined) return `${name} is gone: it did not say what its books hold`
    return first(['settled', 'boughtWh', 'soldWh', 'paid', 'received'] as const, (field) =>
      differs(`${field} in the books of ${name}`, sum[field], books[field]),
    )
  })
}

/** Every trade of the index is in the journals of both its sides, and no settled deal is missing in the index. */
function tradesFault({ homes, trades }: Evidence): string | undefined {
  const sides = new Map(
    homes.flatMap(({ address, deals }) =>
      deals.filter(isTrade).map((deal) => [`${deal.id} ${address.toLowerCase()}`, deal]),
    ),
  )
  const fault = first(trades, (trade) =>
    first([trade.buyer, trade.seller], (party) => {
      const key = `${trade.id} ${party.toLowerCase()}`
      const deal = sides.get(key)
      sides.delete(key)
      if (deal === undefined) return `trade ${trade.id} of the index is not in the journal of ${party}`
      return (
        differs(`quantity of trade ${trade.id}, in Wh`, Number(deal.outcome?.quantity), trade.quantityWh) ??
        differs(`payment of trade ${trade.id}`, deal.outcome?.paid ?? 0n, trade.payment) ??
        differs(`fee of trade ${trade.id}`, feeOf(deal), trade.fee)
      )
    }),
  )
  const [missing] = sides.keys()
  return fault ?? (missing === undefined ? undefined : `settled deal ${missing} is not in the index`)
}

function balanceFault({ name, onChain, inIndex }: HomeEvidence, sum: Sums | undefined): string | undefined {
  const { paid, received } = sum ?? { paid: 0n, received: 0n }
  return (
    differs(`balance of ${name} on chain`, onChain.deposited - paid + received, onChain.balance) ??
    differs(`deposits of ${name} in the index`, onChain.deposited, inIndex.deposited) ??
    differs(`payments of ${name} in the index`, paid, inIndex.spent) ??
    differs(`earnings of ${name} in the index`, received, inIndex.earned)
  )
}
