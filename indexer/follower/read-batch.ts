import type { Hex } from '../../protocol/types.ts'
import type { Block } from '../store/changes.ts'
import { UNDO_DEPTH } from '../store/progress.ts'
import type { BlockRange } from './block-range.ts'
import type { ChainLog, ChainReader, LogFilter } from './chain-reader.ts'

/** A range of blocks of one and the same chain, right above the stored ones. */
export interface BlockBatch {
  type: 'blocks'
  /** The newest block of the range. */
  to: Block
  /** Blocks whose hashes to remember: without gaps, ending with `to`. */
  headers: Block[]
  /** Logs in the chain's order, each with the block it is in. */
  logs: { log: ChainLog; block: Block }[]
  /** Lowest height whose hash stays remembered; changes above it must be undoable. */
  floor: number
}

interface Request {
  reader: ChainReader
  filter: LogFilter
  /** Stored blocks, ascending and without gaps. */
  known: readonly Block[]
  /** The newest of them. */
  cursor: Block
  head: Block
  range: BlockRange
  signal: AbortSignal
}

/** Reads the blocks after the stored ones; undefined when the chain changed meanwhile: look at it afresh. */
export async function readBatch({
  reader,
  filter,
  known,
  cursor,
  head,
  range,
  signal,
}: Request): Promise<BlockBatch | undefined> {
  const from = cursor.number + 1
  const end = Math.min(from + range.size - 1, head.number)
  // Far behind the head nothing will be undone: the last hash is enough to go on from.
  const first = end < head.number - UNDO_DEPTH ? end : Math.max(from, end - UNDO_DEPTH)
  const heights = Array.from({ length: end - first + 1 }, (_, index) => first + index)
  const headers = (await reader.blocks(heights, signal)).filter((block) => block !== undefined)
  const to = headers.at(-1)
  if (to === undefined || headers.length < heights.length) return undefined

  const logs = await readLogs(reader, filter, from, end, range, signal)
  const blocks = await blocksOf(reader, logs, headers, signal)
  // All of it was read between two looks at the last block and at the one that it is put upon, so it is one chain.
  const [below, last] = await reader.blocks([cursor.number, end], signal)
  if (below?.hash !== cursor.hash || last?.hash !== to.hash) return undefined
  const placed = logs.flatMap((log) => {
    const block = blocks.get(log.blockHash)
    return block === undefined ? [] : [{ log, block }]
  })
  if (placed.length < logs.length) return undefined
  const floor = first > from ? first : Math.max(known[0]?.number ?? 0, end - UNDO_DEPTH)
  return { type: 'blocks', to, headers, logs: placed, floor }
}

async function readLogs(
  reader: ChainReader,
  filter: LogFilter,
  from: number,
  end: number,
  range: BlockRange,
  signal: AbortSignal,
): Promise<ChainLog[]> {
  try {
    const logs = await reader.logs(filter, from, end, signal)
    range.succeeded(logs.length)
    return logs
  } catch (error) {
    range.failed()
    throw error
  }
}

/** The blocks that the logs are in, by hash. Those of which nobody has told the time are asked for. */
async function blocksOf(
  reader: ChainReader,
  logs: ChainLog[],
  headers: Block[],
  signal: AbortSignal,
): Promise<Map<Hex, Block>> {
  const blocks = new Map(headers.map((block) => [block.hash, block]))
  const missing = new Set<number>()
  for (const { blockNumber: number, blockHash: hash, blockTimestamp: timestamp } of logs) {
    if (blocks.has(hash)) continue
    if (timestamp === undefined) missing.add(number)
    else blocks.set(hash, { number, hash, timestamp })
  }
  for (const block of await reader.blocks([...missing], signal)) {
    if (block !== undefined) blocks.set(block.hash, block)
  }
  return blocks
}
