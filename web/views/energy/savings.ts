import type { Position, Tariff } from './model.ts'

/** What an account bought and sold in all, and what it gained by not trading with the grid. */
export interface HomeTotal {
  account: string
  /** Wh. */
  sold: bigint
  bought: bigint
  /** Minor units. */
  earned: bigint
  paid: bigint
  /** What the grid would have taken for what was bought, less what was paid; and what was earned, less what the grid would have given. */
  saved: bigint
}

/** Wh in a kWh, which a tariff is for. */
const KWH = 1_000n

/**
 * Adds up accounts, who saved most first.
 *
 * @param tariff of the grid that each home would have traded with instead
 * @example totalsOf([{ account: '0xa', side: 'buy', wh: 500n, money: 100_000n }], { retail: 300_000n, feedIn: 80_000n })
 *   // saved 50_000n: 0.5 kWh at 0.30 less the 0.10 that was paid
 */
export function totalsOf(positions: readonly Position[], tariff: Tariff): HomeTotal[] {
  const totals = new Map<string, HomeTotal>()
  for (const { account, side, wh, money } of positions) {
    const total = totals.get(account) ?? { account, sold: 0n, bought: 0n, earned: 0n, paid: 0n, saved: 0n }
    totals.set(account, total)
    if (side === 'buy') {
      total.bought += wh
      total.paid += money
    } else {
      total.sold += wh
      total.earned += money
    }
  }
  for (const total of totals.values()) total.saved = savedBy(total, tariff)
  return [...totals.values()].sort((a, b) => Number(b.saved - a.saved) || (a.account < b.account ? -1 : 1))
}

/** The sum of all accounts. @param totals of the same tariff */
export function sumOf(totals: readonly HomeTotal[]): Omit<HomeTotal, 'account'> {
  const sum = (key: Exclude<keyof HomeTotal, 'account'>) =>
    totals.reduce((all, total) => all + total[key], 0n)
  return {
    ...{ sold: sum('sold'), bought: sum('bought'), earned: sum('earned') },
    ...{ paid: sum('paid'), saved: sum('saved') },
  }
}

/** Divided once, so that what is rounded off does not add up. */
function savedBy({ sold, bought, earned, paid }: HomeTotal, { retail, feedIn }: Tariff): bigint {
  return (bought * retail - sold * feedIn) / KWH + earned - paid
}
