import { setTimeout as sleep } from 'node:timers/promises'
import { encodeFunctionData } from 'viem'
import { type Indexer, startIndexer } from '../../indexer/index.ts'
import { ledgerAbi } from '../../protocol/abis/index.ts'
import type { Hex } from '../../protocol/types.ts'
import { spreadOf } from '../network/statistics.ts'
import { type BusyMarket, sendSigned, signInTurn, startBusyMarket } from './busy-market.ts'

const POLL_INTERVAL = 200
/** Transactions, and so blocks, per second, and for how many seconds. */
const RATES = [20, 50, 100]
const SECONDS = 15
/** Single transactions whose way into a row is timed. */
const SINGLES = 60

/** An index of a chain that makes a block of each transaction: how far it is behind, and how old a row is. */
export async function live(): Promise<object[]> {
  const busy = await startBusyMarket(1_000)
  const { market, stop } = busy
  try {
    const indexer = await startIndexer({ network: market.network, pollInterval: POLL_INTERVAL })
    try {
      const rows: object[] = []
      for (const rate of RATES) rows.push(await atRate(busy, indexer, rate))
      rows.push(await oneByOne(busy, indexer))
      return rows
    } finally {
      await indexer.stop()
    }
  } finally {
    await stop()
  }
}

async function atRate(busy: BusyMarket, indexer: Indexer, rate: number): Promise<object> {
  const { market } = busy
  const transactions = await signDeposits(busy, rate * SECONDS)
  const start = await market.height()
  await indexer.waitForBlock(start)
  const lags: number[] = []
  const sending: Promise<unknown>[] = []
  let mined = start
  const began = performance.now()
  for (const [index, transaction] of transactions.entries()) {
    await sleep(Math.max(began + (index * 1_000) / rate - performance.now(), 0))
    sending.push(sendSigned(market.rpcUrl, transaction).then(() => mined++))
    lags.push(mined - indexer.head().blockNumber)
  }
  await Promise.all(sending)
  const took = performance.now() - began
  await indexer.waitForBlock(start + transactions.length)
  const third = Math.floor(lags.length / 3)
  const [early, late] = [spreadOf(lags.slice(0, third)), spreadOf(lags.slice(-third))]
  return {
    what: `${rate} transactions a second wanted`,
    'blocks/s': ((transactions.length / took) * 1_000).toFixed(1),
    'blocks behind, p50 of the first third': early.p50,
    'of the last': late.p50,
    'p99 of the last': late.p99,
    'all indexed after, ms': Math.round(performance.now() - began - took),
  }
}

async function oneByOne(busy: BusyMarket, indexer: Indexer): Promise<object> {
  const { market } = busy
  const ages: number[] = []
  for (const transaction of await signDeposits(busy, SINGLES)) {
    // Anywhere between two polls.
    await sleep(POLL_INTERVAL * (1 + Math.random()))
    const height = (await market.height()) + 1
    const sent = performance.now()
    await sendSigned(market.rpcUrl, transaction)
    await indexer.waitForBlock(height)
    ages.push(performance.now() - sent)
  }
  const { p50, p99, low, high } = spreadOf(ages)
  const text = (value: number) => `${Math.round(value)}`
  return {
    what: `one at a time, a poll each ${POLL_INTERVAL} ms`,
    'sent to row, ms, p50 (quartiles)': `${text(p50)} (${text(low)} to ${text(high)})`,
    'p99 ms': text(p99),
    'p50 of the interval': (p50 / POLL_INTERVAL).toFixed(2),
  }
}

/** Signed payments into the ledger, of the members in turn. */
function signDeposits(busy: BusyMarket, count: number): Promise<Hex[]> {
  const { treasury, testDollar } = busy.market.deployment.contracts
  return signInTurn(busy, count, async ({ address }) => {
    const args = [testDollar, address, 1n] as const
    const data = encodeFunctionData({ abi: ledgerAbi, functionName: 'deposit', args })
    return { to: treasury, data, gas: 200_000n }
  })
}
