import { encodeFunctionData } from 'viem'
import { meshGovernorAbi } from '../../../protocol/abis/meshGovernor.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import { chainClient } from '../../wallet/chain.ts'
import { WalletFault } from '../../wallet/fault.ts'
import { network } from '../../wallet/network.ts'
import type { UnsignedTransaction } from '../../wallet/wallet.ts'

/** `GovernorCountingSimple.VoteType`. */
const SUPPORTS = { against: 0, for: 1, abstain: 2 } as const
export type Support = keyof typeof SUPPORTS

/** Where an account stands in a vote. */
export interface Standing {
  /** Votes that it held when they counted. */
  votes: bigint
  hasVoted: boolean
}

/** The transaction that casts a vote. @param reason is kept on chain; empty gives none */
export async function voteCall(
  proposalId: string,
  support: Support,
  reason: string,
): Promise<UnsignedTransaction> {
  const data = encodeFunctionData({
    abi: meshGovernorAbi,
    functionName: 'castVoteWithReason',
    args: [BigInt(proposalId), SUPPORTS[support], reason],
  })
  return { to: await governor(), data }
}

/** @param voteStart Unix seconds, which must have passed @throws when the chain does not answer */
export async function standingOf(account: Address, proposalId: string, voteStart: string): Promise<Standing> {
  const [client, address] = await Promise.all([chainClient(), governor()])
  const contract = { address, abi: meshGovernorAbi } as const
  const [votes, hasVoted] = await Promise.all([
    client.readContract({ ...contract, functionName: 'getVotes', args: [account, BigInt(voteStart)] }),
    client.readContract({ ...contract, functionName: 'hasVoted', args: [BigInt(proposalId), account] }),
  ])
  return { votes, hasVoted }
}

/** Votes that a proposal needs to count. @throws when the chain does not answer, and of a moment that has not passed */
export async function quorumAt(voteStart: string): Promise<bigint> {
  const [client, address] = await Promise.all([chainClient(), governor()])
  return client.readContract({
    ...{ address, abi: meshGovernorAbi, functionName: 'quorum', args: [BigInt(voteStart)] },
  })
}

/** Waits until the chain took a vote. @returns its block @throws WalletFault when the governor refused it */
export async function counted(hash: Hex): Promise<bigint> {
  const { status, blockNumber } = await (await chainClient()).waitForTransactionReceipt({
    hash,
    timeout: 120_000,
  })
  if (status === 'success') return blockNumber
  throw new WalletFault(
    'The governor refused the vote.',
    'Voting may have ended, or the account has voted before: look at the proposal.',
  )
}

async function governor(): Promise<Address> {
  const { meshGovernor } = (await network()).deployment.contracts
  if (meshGovernor !== undefined) return meshGovernor
  throw new WalletFault('This market has no governor.', 'Its rules are as they were deployed.')
}
