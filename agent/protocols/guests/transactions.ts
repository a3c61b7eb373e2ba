import type { Address } from '../../../protocol/types.ts'
import * as escrow from '../../chain/actions/intent-escrow.ts'
import type { Call } from '../../chain/call.ts'
import type { Deal } from '../../policy/deal.ts'

/** A transaction that a party of a deal may send itself, with its own gas. */
export interface Transaction extends Call {
  name: 'open' | 'revoke' | 'cancel' | 'dispute'
}

/**
 * What a guest can do about a deal without its carrier, as the deal is now.
 *
 * @param contract the escrow
 */
export function transactionsOf(contract: Address, deal: Deal): Transaction[] {
  const { state, role, agreement, conditions, signatures, funding } = deal
  const { buyer, seller } = signatures
  switch (state) {
    case 'offered':
      return [{ name: 'revoke', ...escrow.revoke(contract, agreement) }]
    case 'signed':
      return [
        { name: 'revoke', ...escrow.revoke(contract, agreement) },
        ...(buyer === undefined || seller === undefined
          ? []
          : [{ name: 'open' as const, ...escrow.open(contract, agreement, { buyer, seller }, funding) }]),
      ]
    case 'opened':
    case 'delivered':
      return [{ name: 'cancel', ...escrow.cancel(contract, agreement, conditions) }]
    case 'reported':
      return role === 'buyer' ? [{ name: 'dispute', ...escrow.dispute(contract, agreement, conditions) }] : []
    default:
      return []
  }
}
