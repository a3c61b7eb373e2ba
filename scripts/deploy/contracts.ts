import type { Deployment } from '../../protocol/deployment.ts'
import type { Address, Hex } from '../../protocol/types.ts'
import { FEE_BPS } from './parameters.ts'

type Name = keyof Deployment['contracts']

/** What the constructors' arguments are made of. */
export interface DeploymentPlan {
  /** Address of any contract of the list below, known before it exists. */
  at(name: Name): Address
  /** Ledger modules, in the order of the list. */
  modules: Address[]
  /** Collects the protocol fees. */
  feeRecipient: Address
  /** Salt of the EIP-712 domains. */
  salt: Hex
}

interface ContractSpec {
  name: Name
  /** File below `contracts/`. */
  source: string
  /** Whether the ledger lets it move balances. */
  isModule?: true
  /** Whether it has an EIP-712 domain with the deployment's salt. */
  isSalted?: true
  args(plan: DeploymentPlan): unknown[]
}

/** Every contract of a market, in the order in which they are deployed. Whoever adds one adds it here alone. */
export const CONTRACTS: readonly ContractSpec[] = [
  { name: 'testDollar', source: 'mocks/TestDollar.sol', args: () => [] },
  { name: 'identityRegistry', source: 'IdentityRegistry.sol', args: () => [] },
  {
    name: 'stakeVault',
    source: 'StakeVault.sol',
    args: ({ at }) => [at('testDollar'), at('identityRegistry')],
  },
  { name: 'ledger', source: 'Ledger.sol', args: ({ modules, feeRecipient }) => [modules, feeRecipient] },
  {
    name: 'intentEscrow',
    source: 'IntentEscrow.sol',
    isModule: true,
    isSalted: true,
    args: ({ at, salt }) => [at('ledger'), at('stakeVault'), at('identityRegistry'), FEE_BPS, salt],
  },
]
