import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Abi, createPublicClient, http } from 'viem'
import { startIndexer } from '../../indexer/index.ts'
import { identityRegistryAbi, intentEscrowAbi, ledgerAbi, stakeVaultAbi } from '../../protocol/abis/index.ts'
import type { Market } from '../../test/indexer/support/market.ts'
import { spreadOf, timed } from '../network/statistics.ts'
import { startBusyMarket } from './busy-market.ts'

const LOGS = 50_000
const RUNS = 5
/** Blocks that the plain loop asks for at once. */
const RANGE = 200

/** An index of a whole chain from the start, beside a loop that reads and decodes the same logs and keeps nothing. */
export async function backfill(): Promise<object[]> {
  const { market, stop } = await startBusyMarket(LOGS)
  try {
    const height = await market.height()
    const [loop, index]: [number[], number[]] = [[], []]
    let logs = 0
    for (let run = 0; run <= RUNS; run++) {
      const looped = await timed(async () => {
        logs = await readAndDecode(market, height)
      })
      const indexed = await timedIndex(market, height)
      // The first of each warms up.
      if (run === 0) continue
      loop.push((logs / looped) * 1_000)
      index.push((logs / indexed) * 1_000)
    }
    const limit = spreadOf(loop)
    return [row('getLogs and decoding alone', limit), row('index, in a directory', spreadOf(index))].map(
      (cells) => ({
        ...cells,
        logs,
        blocks: height,
      }),
    )

    function row(what: string, { p50, low, high, runs }: ReturnType<typeof spreadOf>) {
      const rate = (value: number) => Math.round(value).toLocaleString('en')
      return {
        what,
        'logs/s (quartiles)': `${rate(p50)} (${rate(low)} to ${rate(high)})`,
        'of the loop': `${Math.round((100 * p50) / limit.p50)} %`,
        runs,
      }
    }
  } finally {
    await stop()
  }
}

/** How long an index takes from the first block to the last one, in milliseconds; opening its database is not counted. */
async function timedIndex({ network }: Market, height: number): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mesh-bench-'))
  try {
    const indexer = await startIndexer({ network, dataDir })
    try {
      return await timed(() => indexer.waitForBlock(height))
    } finally {
      await indexer.stop()
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** @returns how many logs there were */
async function readAndDecode({ rpcUrl, deployment }: Market, height: number): Promise<number> {
  const { identityRegistry, treasury, intentEscrow } = deployment.contracts
  const address = [identityRegistry, treasury, intentEscrow]
  const abi = [...identityRegistryAbi, ...stakeVaultAbi, ...ledgerAbi, ...intentEscrowAbi] as Abi
  const events = abi.filter((item) => item.type === 'event')
  const client = createPublicClient({ transport: http(rpcUrl, { retryCount: 0 }) })
  let decoded = 0
  for (let from = 0; from <= height; from += RANGE) {
    const logs = await client.getLogs({
      ...{ address, events, strict: true },
      ...{ fromBlock: BigInt(from), toBlock: BigInt(Math.min(from + RANGE - 1, height)) },
    })
    decoded += logs.filter(({ args }) => args !== undefined).length
  }
  return decoded
}
