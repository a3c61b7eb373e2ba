import { ChainError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/types.ts'
import type { Block } from '../store/changes.ts'
import type { ChainReader } from './chain-reader.ts'

/**
 * The highest stored block that the chain still has together with every stored block below it. All stored heights
 * are compared: where parent hashes are zero, an equal hash says nothing about the blocks below.
 *
 * @param known stored blocks, ascending and without gaps.
 * @throws ChainError `GENESIS_CHANGED` or `REORG_TOO_DEEP` when no stored block is left.
 */
export async function findAncestor(
  reader: ChainReader,
  known: readonly Block[],
  genesisHash: Hex,
  signal: AbortSignal,
): Promise<Block> {
  const present = await reader.blocks([0, ...known.map((block) => block.number)], signal)
  const genesis = present.shift()
  if (genesis?.hash !== genesisHash) {
    throw new ChainError(
      'GENESIS_CHANGED',
      'Another chain answers at the URL of the one that was followed.',
      {
        field: 'genesisHash',
        expected: genesisHash,
        received: genesis?.hash,
        remedy: 'Deploy to the new chain and start an index of its own for it.',
      },
    )
  }
  const firstGone = known.findIndex((block, index) => block.hash !== present[index]?.hash)
  const ancestor = firstGone === -1 ? known.at(-1) : known[firstGone - 1]
  if (ancestor === undefined) {
    throw new ChainError(
      'REORG_TOO_DEEP',
      'The chain was reorganised further back than the index can undo.',
      {
        field: 'blockHash',
        expected: `block ${known[0]?.number} ${known[0]?.hash}`,
        received: present[0]?.hash ?? 'no such block',
        remedy: 'Delete the data directory and start again: the index is rebuilt from the chain.',
      },
    )
  }
  return ancestor
}
