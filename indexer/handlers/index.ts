import { getAddress } from 'viem'
import type { Deployment } from '../../protocol/deployment.ts'
import type { Address } from '../../protocol/types.ts'
import { clearingHouseHandler } from './clearing-house.ts'
import type { Handler } from './handler.ts'
import { identityRegistryHandler } from './identity-registry.ts'
import { intentEscrowHandler } from './intent-escrow.ts'
import { ledgerHandler } from './ledger.ts'
import { stakeVaultHandler } from './stake-vault.ts'

/** The handlers of a deployment's contracts. */
export function createHandlers({ contracts }: Deployment): Handler[] {
  return [
    identityRegistryHandler(getAddress(contracts.identityRegistry)),
    stakeVaultHandler(getAddress(contracts.treasury)),
    ledgerHandler(getAddress(contracts.treasury)),
    intentEscrowHandler(getAddress(contracts.intentEscrow)),
    ...optional(contracts.clearingHouse, clearingHouseHandler),
  ]
}

/** The handler of a contract that a deployment need not have. */
function optional(address: Address | undefined, handlerOf: (address: Address) => Handler): Handler[] {
  return address === undefined ? [] : [handlerOf(getAddress(address))]
}
