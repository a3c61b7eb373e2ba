import type { Address } from '../../../protocol/types.ts'
import type { Tx } from '../store.ts'
import type { AgreementStatus, BalanceRow } from '../tables.ts'

/** The market in figures. Money in minor units of `token`, energy in Wh. */
export interface Stats {
  agents: number
  /** Heard and not expired. */
  intents: number
  agreements: Record<AgreementStatus, number>
  /** The market's token; the sums below are over trades that were paid in it. */
  token: Address
  trades: number
  tradedWh: bigint
  /** What buyers paid, fees included. */
  volume: bigint
  fees: bigint
  /** Per kWh, rounded down; null without trades. */
  averagePrice: bigint | null
}

/** @param now Unix seconds. */
export async function readStats(tx: Tx, token: Address, now: bigint): Promise<Stats> {
  const agents = await tx
    .selectFrom('agents')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirst()
  const intents = await tx
    .selectFrom('intents')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('expiry', '>=', now)
    .executeTakeFirst()
  const statuses = await tx.selectFrom('statusTotals').selectAll().execute()
  const total = await tx.selectFrom('tokenTotals').selectAll().where('token', '=', token).executeTakeFirst()
  const agreements = { open: 0, settled: 0, refunded: 0, cancelled: 0 }
  for (const row of statuses) agreements[row.status] = row.agreements
  const { trades = 0, quantity = 0n, volume = 0n, fees = 0n } = total ?? {}
  return {
    agents: agents?.count ?? 0,
    intents: intents?.count ?? 0,
    agreements,
    token,
    trades,
    tradedWh: quantity,
    volume,
    fees,
    averagePrice: quantity === 0n ? null : (volume * 1000n) / quantity,
  }
}

/** An account's ledger balance and what it paid in and took out; zeros when it was never used. */
export async function readBalance(tx: Tx, token: Address, account: Address): Promise<BalanceRow> {
  const row = await tx
    .selectFrom('balances')
    .selectAll()
    .where('token', '=', token)
    .where('account', '=', account)
    .executeTakeFirst()
  return row ?? { token, account, balance: 0n, deposited: 0n, withdrawn: 0n }
}
