import type { Address } from '../../../protocol/types.ts'
import { averagePriceOf } from '../../views/stats.ts'
import type { Tx } from '../store.ts'
import {
  type AccountRow,
  AGREEMENT_STATUSES,
  type AgreementStatus,
  type SeriesInterval,
  type TradeSeriesRow,
} from '../tables.ts'
import { type Page, type PageRequest, toPage } from './page.ts'

/** The market in figures. Money in minor units of `token`, energy in Wh. */
export interface Stats {
  agents: number
  /** Heard and not expired. */
  intents: number
  agreements: Record<AgreementStatus, number>
  /** The market's token; the sums below are over trades that were paid in it. */
  token: Address
  trades: number
  /** Of trades of energy alone, as the average price. */
  tradedWh: bigint
  /** What buyers paid, fees included. */
  volume: bigint
  /** Of all payments, also for what ended otherwise than in a trade. */
  fees: bigint
  collectedFees: bigint
  /** Per kWh, rounded down; null without trades of energy. */
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
  const counts = new Map(statuses.map(({ status, agreements }) => [status, agreements]))
  const agreements = AGREEMENT_STATUSES.map((status) => [status, counts.get(status) ?? 0])
  const { trades = 0, volume = 0n, energy = 0n, energyVolume = 0n, fees = 0n, collected = 0n } = total ?? {}
  return {
    agents: agents?.count ?? 0,
    intents: intents?.count ?? 0,
    agreements: Object.fromEntries(agreements) as Stats['agreements'],
    token,
    trades,
    tradedWh: energy,
    volume,
    fees,
    collectedFees: collected,
    averagePrice: averagePriceOf({ energy, energyVolume }),
  }
}

/**
 * What was traded in a token, hour by hour or day by day, the latest first. Where nothing was, there is no row.
 *
 * @param from Unix seconds; with `until`, half-open, it bounds where intervals begin
 */
export async function listSeries(
  tx: Tx,
  token: Address,
  {
    interval,
    from,
    until,
  }: { interval: SeriesInterval; from?: bigint | undefined; until?: bigint | undefined },
  { limit, after }: PageRequest<number>,
): Promise<Page<TradeSeriesRow, number>> {
  let query = tx
    .selectFrom('tradeSeries')
    .selectAll()
    .where('token', '=', token)
    .where('interval', '=', interval)
  if (from !== undefined) query = query.where('start', '>=', Number(from))
  if (until !== undefined) query = query.where('start', '<', Number(until))
  if (after !== undefined) query = query.where('start', '<', after)
  const rows = await query
    .orderBy('start', 'desc')
    .limit(limit + 1)
    .execute()
  return toPage(rows, limit, (row) => row.start)
}

/** What an account paid in, took out, spent and earned; zeros when it was never used. */
export async function readAccount(tx: Tx, token: Address, account: Address): Promise<AccountRow> {
  const row = await tx
    .selectFrom('accounts')
    .selectAll()
    .where('token', '=', token)
    .where('account', '=', account)
    .executeTakeFirst()
  return row ?? { token, account, deposited: 0n, withdrawn: 0n, spent: 0n, earned: 0n }
}
