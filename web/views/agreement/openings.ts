import { decodeFunctionData } from 'viem'
import { intentEscrowAbi } from '../../../protocol/abis/intentEscrow.ts'
import { type PackedAgreement, unpackAgreement } from '../../../protocol/packed-agreement.ts'
import type { Agreement, Hex } from '../../../protocol/types.ts'

/** A call that puts an agreement on chain, with what both sides signed. */
export interface Opening {
  /** `open`: into escrow; `trade`: a spot trade, settled at once. */
  entry: 'open' | 'trade'
  agreement: Agreement
  signatures: { buyer: Hex; seller: Hex }
}

/** How deep batches within batches are looked into, and how many calls of them. */
const DEEPEST = 3
const MOST_CALLS = 1_000

/**
 * Every agreement that a transaction to the escrow opens or trades: the calls of a batch are looked through.
 *
 * @param calldata of the transaction; other calls than those give none
 */
export function openingsIn(calldata: Hex, depth = 0): Opening[] {
  const call = decoded(calldata)
  switch (call?.functionName) {
    case 'open':
    case 'trade': {
      const [words, buyer, seller] = call.args
      const agreement = unpackAgreement(words as PackedAgreement)
      return [{ entry: call.functionName, agreement, signatures: { buyer, seller } }]
    }
    case 'batch':
      if (depth >= DEEPEST) return []
      return call.args[0].slice(0, MOST_CALLS).flatMap((inner) => openingsIn(inner, depth + 1))
    default:
      return []
  }
}

function decoded(data: Hex) {
  try {
    return decodeFunctionData({ abi: intentEscrowAbi, data })
  } catch {
    return undefined
  }
}
