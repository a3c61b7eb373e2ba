import { encodeAbiParameters, keccak256, stringToBytes } from 'viem'
import type { Address, Hex } from '../../../protocol/types.ts'
import type { ProposalView } from '../../api/views.ts'

/** Of what a proposal's number is the hash; `Governor.hashProposal` of OpenZeppelin 5. */
const PROPOSAL = [
  { type: 'address[]' },
  { type: 'uint256[]' },
  { type: 'bytes[]' },
  { type: 'bytes32' },
] as const

/**
 * Whether a proposal's number, which is all that a vote names, is that of the calls and the text that are shown.
 *
 * @returns undefined where they are too long to be kept
 */
export function isAsShown({
  proposalId,
  actions,
  description,
}: Pick<ProposalView, 'proposalId' | 'actions' | 'description'>): boolean | undefined {
  if (actions === null || description === null) return undefined
  try {
    const hashed = encodeAbiParameters(PROPOSAL, [
      actions.map(({ target }) => target as Address),
      actions.map(({ value }) => BigInt(value)),
      actions.map(({ calldata }) => calldata as Hex),
      keccak256(stringToBytes(description)),
    ])
    return BigInt(keccak256(hashed)) === BigInt(proposalId)
  } catch {
    // What is malformed was never proposed.
    return false
  }
}
