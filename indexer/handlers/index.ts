import { getAddress } from 'viem'
import type { Deployment } from '../../protocol/deployment.ts'
import type { ScoreRules } from '../../protocol/score.ts'
import type { Address } from '../../protocol/types.ts'
import { arbitrationHandler } from './arbitration.ts'
import { clearingHouseHandler } from './clearing-house.ts'
import type { Handler } from './handler.ts'
import { identityRegistryHandler } from './identity-registry.ts'
import { intentEscrowHandler } from './intent-escrow.ts'
import { learningPanelHandler } from './learning-panel.ts'
import { learningRegistryHandler } from './learning-registry.ts'
import { ledgerHandler } from './ledger.ts'
import { meshDirectoryHandler } from './mesh-directory.ts'
import { meshGovernorHandler } from './mesh-governor.ts'
import { reputationRegistryHandler } from './reputation-registry.ts'
import { stakeVaultHandler } from './stake-vault.ts'
import { validationRegistryHandler } from './validation-registry.ts'

/** The handlers of a deployment's contracts. @param scores what its reputation registry was deployed with */
export function createHandlers({ contracts }: Deployment, scores: ScoreRules): Handler[] {
  return [
    identityRegistryHandler(getAddress(contracts.identityRegistry)),
    stakeVaultHandler(getAddress(contracts.treasury)),
    ledgerHandler(getAddress(contracts.treasury)),
    intentEscrowHandler(getAddress(contracts.intentEscrow)),
    reputationRegistryHandler(getAddress(contracts.reputationRegistry), scores),
    ...optional(contracts.arbitration, arbitrationHandler),
    ...optional(contracts.clearingHouse, clearingHouseHandler),
    ...optional(contracts.learningRegistry, learningRegistryHandler),
    ...optional(contracts.learningRegistry, learningPanelHandler),
    meshDirectoryHandler(getAddress(contracts.meshDirectory)),
    ...optional(contracts.meshGovernor, meshGovernorHandler),
    ...optional(contracts.validationRegistry, validationRegistryHandler),
  ]
}

/** The handler of a contract that a deployment need not have. */
function optional(address: Address | undefined, handlerOf: (address: Address) => Handler): Handler[] {
  return address === undefined ? [] : [handlerOf(getAddress(address))]
}
