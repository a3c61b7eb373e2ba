import { type Client, createClient, http, type PublicRpcSchema, type RpcLog, type Transport } from 'viem'
import { numberToHex } from 'viem/utils'
import { checksummed } from '../../protocol/checksum.ts'
import type { Address, Hex } from '../../protocol/types.ts'
import type { Block } from '../store/changes.ts'
import { MAX_SECONDS } from '../views/scalars.ts'
import { type Calls, countedTransport } from './counted-transport.ts'

/** A log as the chain gives it, with its place in numbers. */
export interface ChainLog {
  address: Address
  topics: [Hex, ...Hex[]] | []
  data: Hex
  blockNumber: number
  blockHash: Hex
  logIndex: number
  transactionHash: Hex
  /** Unix seconds of its block; not every node tells. */
  blockTimestamp: number | undefined
}

/** Which logs to read. */
export interface LogFilter {
  addresses: Address[]
  /** First topics, i.e. event signatures. */
  events: Hex[]
}

/** What a node says of its chain; it may have no blocks yet. */
interface Identity {
  chainId: number
  genesis: Block | undefined
  head: Block | undefined
}

/** Most calls that go in one JSON-RPC batch. */
const BATCH_SIZE = 100

/** Reads blocks and logs over JSON-RPC. Every call ends after `timeout` ms, or when its signal aborts. */
export class ChainReader {
  readonly #client: Client<Transport, undefined, undefined, PublicRpcSchema>
  readonly #timeout: number
  /** How its calls went, one by one, also where several go in one request. */
  readonly calls: Calls = { answered: 0, failed: 0 }

  constructor(rpcUrl: string, timeout = 10_000) {
    const transport = http(rpcUrl, { batch: { batchSize: BATCH_SIZE }, retryCount: 0, timeout })
    this.#client = createClient({
      rpcSchema: undefined as unknown as PublicRpcSchema,
      transport: countedTransport(transport, this.calls),
    })
    this.#timeout = timeout
  }

  /** What tells this chain from others, and its newest block, in one batch. */
  async identity(signal: AbortSignal): Promise<Identity> {
    // One signal for all calls: viem puts only calls that share their signal into one batch.
    const options = this.#options(signal)
    const [chainId, genesis, head] = await Promise.all([
      this.#client.request({ method: 'eth_chainId' }, options),
      this.#block(0, options),
      this.#block('latest', options),
    ])
    return { chainId: Number(chainId), genesis, head }
  }

  /** The block at a height, or the newest one; undefined when the chain is not that long. */
  async block(height: number | 'latest', signal: AbortSignal): Promise<Block | undefined> {
    return this.#block(height, this.#options(signal))
  }

  /** What a contract returns, as it stands at the newest block. */
  async call(to: Address, data: Hex, signal: AbortSignal): Promise<Hex> {
    return this.#client.request(
      { method: 'eth_call', params: [{ to, data }, 'latest'] },
      this.#options(signal),
    )
  }

  /** Blocks at several heights, in batches; undefined where the chain is not that long. */
  async blocks(heights: number[], signal: AbortSignal): Promise<(Block | undefined)[]> {
    const blocks: (Block | undefined)[] = []
    for (let start = 0; start < heights.length; start += BATCH_SIZE) {
      const options = this.#options(signal)
      const batch = heights.slice(start, start + BATCH_SIZE)
      blocks.push(...(await Promise.all(batch.map((height) => this.#block(height, options)))))
    }
    return blocks
  }

  /** Logs of the blocks `from` to `to`, both included, in the chain's order. */
  async logs(
    { addresses, events }: LogFilter,
    from: number,
    to: number,
    signal: AbortSignal,
  ): Promise<ChainLog[]> {
    const logs = await this.#client.request(
      {
        method: 'eth_getLogs',
        params: [
          { address: addresses, topics: [events], fromBlock: numberToHex(from), toBlock: numberToHex(to) },
        ],
      },
      this.#options(signal),
    )
    return logs.flatMap(toChainLog).sort((a, b) => a.blockNumber - b.blockNumber || a.logIndex - b.logIndex)
  }

  async #block(height: number | 'latest', options: RequestOptions): Promise<Block | undefined> {
    const tag = height === 'latest' ? height : numberToHex(height)
    const block = await this.#client.request(
      { method: 'eth_getBlockByNumber', params: [tag, false] },
      options,
    )
    if (block === null || block.number === null || block.hash === null) return undefined
    return { number: Number(block.number), hash: block.hash, timestamp: toSeconds(block.timestamp) }
  }

  /** The signal also bounds the time that a response body takes, which the transport's own timeout does not. */
  #options(signal: AbortSignal): RequestOptions {
    return { retryCount: 0, signal: AbortSignal.any([signal, AbortSignal.timeout(this.#timeout)]) }
  }
}

interface RequestOptions {
  retryCount: 0
  signal: AbortSignal
}

/** Pending logs, which have no place in the chain yet, are left out. */
function toChainLog(log: RpcLog): ChainLog[] {
  const { blockNumber, blockHash, logIndex, transactionHash, blockTimestamp, topics, data } = log
  if (blockNumber === null || blockHash === null || logIndex === null || transactionHash === null) return []
  return [
    {
      address: checksummed(log.address),
      topics,
      data,
      blockNumber: Number(blockNumber),
      blockHash,
      logIndex: Number(logIndex),
      transactionHash,
      blockTimestamp: blockTimestamp == null ? undefined : toSeconds(blockTimestamp),
    },
  ]
}

/** Local chains can be set to times that no calendar has; they are shown as the last one that it has. */
function toSeconds(timestamp: Hex): number {
  return Math.min(Number(timestamp), MAX_SECONDS)
}
