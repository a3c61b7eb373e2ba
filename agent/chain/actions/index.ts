/** What contracts are told and asked, contract by contract: transactions to be sent, and questions. */
export * as identityRegistry from './identity-registry.ts'
export * as learningPanel from './learning-panel.ts'
export * as learningRegistry from './learning-registry.ts'
export * as ledger from './ledger.ts'
export * as stakeVault from './stake-vault.ts'
export * as token from './token.ts'
