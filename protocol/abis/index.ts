// Generated from contracts/ by scripts/generate-abis.ts. Do not edit.
export { iArbitratorAbi } from './iArbitrator.ts'
export { identityRegistryAbi } from './identityRegistry.ts'
export { intentEscrowAbi } from './intentEscrow.ts'
export { ledgerAbi } from './ledger.ts'
export { stakeVaultAbi } from './stakeVault.ts'
export { testDollarAbi } from './testDollar.ts'
