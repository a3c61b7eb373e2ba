import { join } from 'node:path'
import { createPublicClient, http } from 'viem'
import { z } from 'zod'
import { type Deal, readDeals } from '../../agent/index.ts'
import type { Books } from '../../community/messages.ts'
import type { AccountRow, Stats } from '../../indexer/index.ts'
import { ledgerAbi } from '../../protocol/abis/index.ts'
import { MeshError } from '../../protocol/errors.ts'
import type { Address, Hex } from '../../protocol/types.ts'
import type { Market } from '../running-market.ts'

/** How long one call to chain or API may take, in milliseconds. */
const CALL_TIMEOUT = 15_000
/** How long the index may take to catch up, in milliseconds. */
const INDEX_TIMEOUT = 60_000
/** Most pages of trades that are read: two million trades. */
const MOST_PAGES = 10_000

/** A trade as the API of the index tells it. Money in minor units. */
interface IndexedTrade {
  id: Hex
  buyer: Address
  seller: Address
  quantityWh: number
  payment: bigint
  received: bigint
  fee: bigint
}

/** What the ledger says of an account, in minor units. */
interface LedgerAccount {
  balance: bigint
  /** What was put in from outside. */
  deposited: bigint
  /** Protocol fees that are set aside in it. */
  fees: bigint
}

/** One home's side of the story, by everybody who keeps a record of it. */
export interface HomeEvidence {
  name: string
  address: Address
  /** What the home said while it ran; undefined when its process was gone. */
  books: Books | undefined
  /** What its journal on disk holds. */
  deals: Deal[]
  onChain: LedgerAccount
  inIndex: Pick<AccountRow, 'deposited' | 'spent' | 'earned'>
}

/** Everything that is known of a market after its end, from chain, index and journals, each read by itself. */
export interface Evidence {
  homes: HomeEvidence[]
  trades: IndexedTrade[]
  stats: Stats
  /** What the chain says the protocol earned, in minor units: collected, or set aside in the homes' accounts. */
  feesOnChain: bigint
}

/** Collects the evidence of a market whose homes have ended; `books` is what they said before. */
export async function collectEvidence(market: Market, books: readonly Books[]): Promise<Evidence> {
  const { network, supervisor, indexer, folder } = market
  const { treasury, testDollar } = network.deployment.contracts
  const client = createPublicClient({
    transport: http(network.rpcUrl, { timeout: CALL_TIMEOUT }),
    cacheTime: 0,
  })
  const read = { address: treasury, abi: ledgerAbi } as const

  const head = await client.getBlockNumber()
  await indexer.waitForBlock(Number(head), { signal: AbortSignal.timeout(INDEX_TIMEOUT) })

  async function onChain(account: Address): Promise<LedgerAccount> {
    const args = [testDollar, account] as const
    const balance = await client.readContract({ ...read, functionName: 'balanceOf', args })
    const fees = await client.readContract({ ...read, functionName: 'feesOf', args })
    const deposits = await client.getContractEvents({
      ...read,
      eventName: 'Deposited',
      args: { token: testDollar, account },
      fromBlock: BigInt(network.deployment.fromBlock),
    })
    const deposited = deposits.reduce((sum, { args: { amount = 0n } }) => sum + amount, 0n)
    return { balance, deposited, fees }
  }

  const homes: HomeEvidence[] = []
  for (const { home: name, address } of supervisor.members.values()) {
    homes.push({
      name,
      address,
      books: books.find(({ home }) => home === name),
      deals: await readDeals(join(folder.homes, name), network.deployment),
      onChain: await onChain(address),
      inIndex: await indexer.account(testDollar, address),
    })
  }
  const feeRecipient = await client.readContract({ ...read, functionName: 'feeRecipient' })
  const collected = (await onChain(feeRecipient)).balance
  return {
    homes,
    trades: await readTrades(indexer.url),
    stats: await indexer.stats(),
    feesOnChain: homes.reduce((sum, home) => sum + home.onChain.fees, collected),
  }
}

const amount = z.string().transform((text) => BigInt(text))
const hex = z.custom<Hex>((value) => typeof value === 'string' && value.startsWith('0x'))

const pageSchema = z.object({
  data: z.array(
    z.object({
      id: hex,
      buyer: hex,
      seller: hex,
      quantity: z.string().transform(Number),
      payment: amount,
      received: amount,
      fee: amount,
    }),
  ),
  page: z.object({ nextCursor: z.string().nullish() }),
})

async function readTrades(url: string): Promise<IndexedTrade[]> {
  const trades: IndexedTrade[] = []
  let cursor: string | null | undefined
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const after = cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''
    const response = await fetch(`${url}/v1/trades?limit=200${after}`, {
      signal: AbortSignal.timeout(CALL_TIMEOUT),
    })
    const { data, page } = pageSchema.parse(await response.json())
    trades.push(...data.map(({ quantity, ...trade }) => ({ ...trade, quantityWh: quantity })))
    cursor = page.nextCursor
    if (!cursor) return trades
  }
  throw new MeshError('TOO_MANY_TRADES', 'The API does not come to an end of its trades.', {
    expected: `at most ${MOST_PAGES} pages`,
    remedy: 'Replay fewer slots (`--slots`).',
  })
}
