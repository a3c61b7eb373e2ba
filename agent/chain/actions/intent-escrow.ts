import { encodePacked, type PublicClient } from 'viem'
import { intentEscrowAbi } from '../../../protocol/abis/index.ts'
import { packAgreement } from '../../../protocol/packed-agreement.ts'
import type { Address, Agreement, Conditions, Funding, Hex, Release } from '../../../protocol/types.ts'
import { type Call, callTo } from '../call.ts'

/** Status of an agreement on chain, in the order of `IIntentEscrow.Status`. */
const STATUSES = [
  'none',
  'open',
  'delivered',
  'disputed',
  'settled',
  'refunded',
  'cancelled',
  'resolved',
  'revoked',
] as const
type AgreementStatus = (typeof STATUSES)[number]

/** What the escrow knows of an agreement. Money in minor units, times in Unix seconds, 0n when not yet. */
export interface AgreementRecord {
  status: AgreementStatus
  /** What left for the seller's side, the fee included. */
  paid: bigint
  /** Quantity that the seller reported on chain. */
  claimed: bigint
  deliveredAt: bigint
  disputedAt: bigint
}

const FUNDING_KINDS = { permit: 0, authorization: 1 } as const
/** Opens an agreement that both sides signed; anybody may send it, and earns the relay fee. */
export function open(
  escrow: Address,
  agreement: Agreement,
  signatures: { buyer: Hex; seller: Hex },
  funding: Funding,
): Call {
  return callTo(escrow, {
    abi: intentEscrowAbi,
    functionName: 'open',
    args: [packAgreement(agreement), signatures.buyer, signatures.seller, fundingOf(funding)],
  })
}

/** Settles by the buyer's signed release; only the seller may when it is the last and short of the whole. */
export function settle(escrow: Address, agreement: Agreement, release: Release, signature: Hex): Call {
  const { quantity, last, evidence } = release
  return callTo(escrow, {
    abi: intentEscrowAbi,
    functionName: 'settle',
    args: [packAgreement(agreement), quantity, last, evidence, signature],
  })
}

/**
 * Reports a delivery on chain: the buyer's window begins.
 *
 * @param signature the seller's under the report (`hashEvidence`), or '0x' where it sends this itself
 */
export function deliver(
  escrow: Address,
  agreement: Agreement,
  conditions: Conditions,
  report: { quantity: bigint; evidence: Hex },
  signature: Hex = '0x',
): Call {
  const shown = conditionsOnChain(conditions)
  return callTo(escrow, {
    abi: intentEscrowAbi,
    functionName: 'deliver',
    args: [packAgreement(agreement), shown, report.quantity, report.evidence, signature],
  })
}

/** Pays for what was reported when the buyer let its window pass; anybody may send it. */
export function claim(escrow: Address, agreement: Agreement, conditions: Conditions): Call {
  return withConditions(escrow, 'claim', agreement, conditions)
}

/** Contests what was reported, as its buyer; with an arbitrator, its bond is taken from the sender's balance. */
export function dispute(escrow: Address, agreement: Agreement, conditions: Conditions): Call {
  return callTo(escrow, {
    abi: intentEscrowAbi,
    functionName: 'dispute',
    args: [packAgreement(agreement), conditionsOnChain(conditions), '0x'],
  })
}

/** Pays as the arbitrator ruled, or by the split when it was silent; anybody may send it. */
export function resolve(escrow: Address, agreement: Agreement, conditions: Conditions): Call {
  return withConditions(escrow, 'resolve', agreement, conditions)
}

/** Gives the payer its money back after the deadline when nothing was reported; anybody may send it. */
export function refund(escrow: Address, agreement: Agreement): Call {
  return callTo(escrow, { abi: intentEscrowAbi, functionName: 'refund', args: [packAgreement(agreement)] })
}

/** Ends an open agreement as a party, which pays what the stage costs. */
export function cancel(escrow: Address, agreement: Agreement, conditions: Conditions): Call {
  return withConditions(escrow, 'cancel', agreement, conditions)
}

/** Makes the signatures under a not yet opened agreement worthless, as a party. */
export function revoke(escrow: Address, agreement: Agreement): Call {
  return callTo(escrow, { abi: intentEscrowAbi, functionName: 'revoke', args: [packAgreement(agreement)] })
}

/** Reads what the escrow knows of an agreement. */
export async function recordOf(client: PublicClient, escrow: Address, id: Hex): Promise<AgreementRecord> {
  const [status, paid, claimed, deliveredAt, disputedAt] = await client.readContract({
    address: escrow,
    abi: intentEscrowAbi,
    functionName: 'recordOf',
    args: [id],
  })
  return {
    status: STATUSES[status] ?? 'none',
    paid,
    claimed,
    deliveredAt: BigInt(deliveredAt),
    disputedAt: BigInt(disputedAt),
  }
}

/** Reads the protocol fee in basis points, which every agreement has to name. */
export async function readFeeBps(client: PublicClient, escrow: Address): Promise<bigint> {
  return BigInt(await client.readContract({ address: escrow, abi: intentEscrowAbi, functionName: 'feeBps' }))
}

function withConditions(
  escrow: Address,
  functionName: 'claim' | 'resolve' | 'cancel',
  agreement: Agreement,
  conditions: Conditions,
): Call {
  return callTo(escrow, {
    abi: intentEscrowAbi,
    functionName,
    args: [packAgreement(agreement), conditionsOnChain(conditions)],
  })
}

/** viem takes integers of up to 48 bits as numbers. */
function conditionsOnChain(conditions: Conditions) {
  return {
    ...conditions,
    lateBps: Number(conditions.lateBps),
    window: Number(conditions.window),
    splitBps: Number(conditions.splitBps),
  }
}

/** Kind; of a permit value and deadline, of an authorisation the seconds after and before which it counts; signature. */
function fundingOf(funding: Funding): Hex {
  if (funding.kind === 'balance') return '0x'
  const [amount, until] =
    funding.kind === 'permit' ? [funding.value, funding.deadline] : [funding.validAfter, funding.validBefore]
  return encodePacked(
    ['uint8', 'uint128', 'uint64', 'bytes'],
    [FUNDING_KINDS[funding.kind], amount, until, funding.signature],
  )
}
