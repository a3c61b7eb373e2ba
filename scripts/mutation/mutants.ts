import { arbitrationMutants } from './arbitration.ts'
import { clearingMutants } from './clearing.ts'
import { escrowMutants } from './escrow.ts'
import { governanceMutants } from './governance.ts'
import { learningMutants } from './learning.ts'
import type { Mutant } from './mutant.ts'
import { registryMutants } from './registries.ts'
import { settlementMutants } from './settlement.ts'
import { treasuryMutants } from './treasury.ts'

/** Guards whose loss somebody would pay for. */
export const mutants: readonly Mutant[] = [
  ...treasuryMutants,
  ...escrowMutants,
  ...settlementMutants,
  ...arbitrationMutants,
  ...learningMutants,
  ...registryMutants,
  ...governanceMutants,
  ...clearingMutants,
]
