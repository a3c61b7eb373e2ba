import { getAddress } from 'viem'
import type { Deployment } from '../../protocol/deployment.ts'
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
  ]
}
