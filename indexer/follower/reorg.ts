import type { Block } from '../store/changes.ts'
import type { ChainReader } from './chain-reader.ts'

/**
 * The highest stored block that the chain still has together with every stored block below it. All stored heights
 * are compared: where parent hashes are zero, an equal hash says nothing about the blocks below.
 *
 * @param known stored blocks, ascending and without gaps.
 * @returns undefined when no stored block is left.
 */
export async function findAncestor(
  reader: ChainReader,
  known: readonly Block[],
  signal: AbortSignal,
): Promise<Block | undefined> {
  const heights = known.map((block) => block.number)
  const present = await reader.blocks(heights, signal)
  const firstGone = known.findIndex((block, index) => block.hash !== present[index]?.hash)
  return firstGone === -1 ? known.at(-1) : known[firstGone - 1]
}
