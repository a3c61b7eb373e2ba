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

/** Units of quantity that a price of energy is for, Wh. What an agreement is about the chain does not tell; this tells energy from others. */
const ENERGY_LOT = 1_000n

/** What was paid in one token. */
interface Payments {
  /** A trade of so much, at a price for each `lot` (null where the chain tells none), for `volume`, fees included. */
  trade?: { quantity: bigint; lot: bigint | null; volume: bigint } | undefined
  fees?: bigint
  collected?: bigint
}

/** Adds to the sums of one token, in all and over time. */
export function addToTotals(
  changes: Changes,
  token: Address,
  { trade, fees = 0n, collected = 0n }: Payments,
): void {
  const row = changes.get('tokenTotals', { token })
  changes.put('tokenTotals', {
    token,
    ...grown(row, trade, fees),
    collected: (row?.collected ?? 0n) + collected,
  })
  if (trade === undefined && fees === 0n) return
  for (const interval of SERIES_INTERVALS) {
    const { timestamp } = changes.block
    const key = { token, interval, start: timestamp - (timestamp % SECONDS_OF[interval]) }
    changes.put('tradeSeries', { ...key, ...grown(changes.get('tradeSeries', key), trade, fees) })
  }
}

function grown(
  row: Omit<TokenTotalRow, 'token' | 'collected'> | undefined,
  trade: Payments['trade'],
  fees: bigint,
): Omit<TokenTotalRow, 'token' | 'collected'> {
  const energy = trade?.lot === ENERGY_LOT ? trade : undefined
  return {
    trades: (row?.trades ?? 0) + (trade === undefined ? 0 : 1),
    volume: (row?.volume ?? 0n) + (trade?.volume ?? 0n),
    energy: (row?.energy ?? 0n) + (energy?.quantity ?? 0n),
    energyVolume: (row?.energyVolume ?? 0n) + (energy?.volume ?? 0n),
    fees: (row?.fees ?? 0n) + fees,
  }
}
