import type { Address } from '../../protocol/types.ts'
import type { Changes } from '../store/changes.ts'
import { type AccountRow, SECONDS_OF, SERIES_INTERVALS, type TokenTotalRow } from '../store/tables.ts'

/** Amounts by which sums of a row grow. */
type Growth<Row> = { [column in keyof Row as Row[column] extends bigint ? column : never]?: bigint }

/** Adds to what is known of one account's money in one token. */
export function addToAccount(
  changes: Changes,
  key: Pick<AccountRow, 'token' | 'account'>,
  { deposited = 0n, withdrawn = 0n, spent = 0n, earned = 0n }: Growth<AccountRow>,
): void {
  const row = changes.get('accounts', key)
  changes.put('accounts', {
    ...key,
    deposited: (row?.deposited ?? 0n) + deposited,
    withdrawn: (row?.withdrawn ?? 0n) + withdrawn,
    spent: (row?.spent ?? 0n) + spent,
    earned: (row?.earned ?? 0n) + earned,
  })
}

/** Adds to the sums of one token, in all and over time; `trades` counts up when a quantity was traded. */
export function addToTotals(
  changes: Changes,
  token: Address,
  { collected = 0n, ...growth }: Growth<TokenTotalRow>,
): void {
  const row = changes.get('tokenTotals', { token })
  changes.put('tokenTotals', {
    token,
    ...grown(row, growth),
    collected: (row?.collected ?? 0n) + collected,
  })
  if (growth.quantity === undefined && (growth.fees ?? 0n) === 0n) return
  for (const interval of SERIES_INTERVALS) {
    const { timestamp } = changes.block
    const key = { token, interval, start: timestamp - (timestamp % SECONDS_OF[interval]) }
    changes.put('tradeSeries', { ...key, ...grown(changes.get('tradeSeries', key), growth) })
  }
}

type Sums = Pick<TokenTotalRow, 'trades' | 'quantity' | 'volume' | 'fees'>

function grown(row: Sums | undefined, { quantity, volume = 0n, fees = 0n }: Growth<Sums>): Sums {
  return {
    trades: (row?.trades ?? 0) + (quantity === undefined ? 0 : 1),
    quantity: (row?.quantity ?? 0n) + (quantity ?? 0n),
    volume: (row?.volume ?? 0n) + volume,
    fees: (row?.fees ?? 0n) + fees,
  }
}
