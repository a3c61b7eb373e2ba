import { encodeFunctionData, type PublicClient } from 'viem'
import { intentEscrowAbi } from '../../../protocol/abis/index.ts'
import type { Address, Agreement, Funding, Hex } from '../../../protocol/types.ts'
import type { Call } from '../wallet.ts'

/** Status of an agreement on chain, in the order of `IIntentEscrow.Status`. */
const STATUSES = ['none', 'open', 'settled', 'refunded', 'cancelled'] as const
export type AgreementStatus = (typeof STATUSES)[number]

const FUNDING_KINDS = { balance: 0, permit: 1, authorization: 2 } as const

/** Opens an agreement that both sides signed; anybody may send it. */
export function open(
  escrow: Address,
  agreement: Agreement,
  signatures: { buyer: Hex; seller: Hex },
  funding: Funding,
): Call {
  const args = [onChain(agreement), signatures.buyer, signatures.seller, fundingOf(funding)] as const
  return { to: escrow, data: encodeFunctionData({ abi: intentEscrowAbi, functionName: 'open', args }) }
}

/** Settles an open agreement with the buyer's signed release; anybody may send it. */
export function settle(escrow: Address, agreement: Agreement, evidence: Hex, release: Hex): Call {
  const args = [onChain(agreement), evidence, release] as const
  return { to: escrow, data: encodeFunctionData({ abi: intentEscrowAbi, functionName: 'settle', args }) }
}

/** Gives the buyer its money back after the deadline; anybody may send it. */
export function refund(escrow: Address, agreement: Agreement): Call {
  const args = [onChain(agreement)] as const
  return { to: escrow, data: encodeFunctionData({ abi: intentEscrowAbi, functionName: 'refund', args }) }
}

/** Makes one's own signature under a not yet opened agreement worthless. */
export function cancel(escrow: Address, agreement: Agreement): Call {
  const args = [onChain(agreement)] as const
  return { to: escrow, data: encodeFunctionData({ abi: intentEscrowAbi, functionName: 'cancel', args }) }
}

/** Reads what has become of an agreement. */
export async function statusOf(client: PublicClient, escrow: Address, id: Hex): Promise<AgreementStatus> {
  const status = await client.readContract({
    address: escrow,
    abi: intentEscrowAbi,
    functionName: 'statusOf',
    args: [id],
  })
  return STATUSES[status] ?? 'none'
}

/** Reads the protocol fee in basis points, which every agreement has to name. */
export async function readFeeBps(client: PublicClient, escrow: Address): Promise<bigint> {
  return BigInt(await client.readContract({ address: escrow, abi: intentEscrowAbi, functionName: 'feeBps' }))
}

function onChain(agreement: Agreement) {
  return { ...agreement, feeBps: Number(agreement.feeBps) }
}

function fundingOf(funding: Funding) {
  const kind = FUNDING_KINDS[funding.kind]
  const none = { kind, value: 0n, validAfter: 0n, validBefore: 0n, signature: '0x' as Hex }
  switch (funding.kind) {
    case 'balance':
      return none
    case 'permit':
      return { ...none, value: funding.value, validBefore: funding.deadline, signature: funding.signature }
    case 'authorization': {
      const { validAfter, validBefore, signature } = funding
      return { ...none, validAfter, validBefore, signature }
    }
  }
}
