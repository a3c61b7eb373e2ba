import type { Deployment } from '../../protocol/deployment.ts'
import type { Address, Hex } from '../../protocol/types.ts'
import { genesisOf } from './genesis.ts'
import * as parameters from './parameters.ts'

type Name = keyof Deployment['contracts']

/** What the constructors' arguments are made of. */
export interface DeploymentPlan {
  /** Address of any contract of the list below, known before it exists. */
  at(name: Name): Address
  /** Ledger modules, in the order of the list. */
  modules: Address[]
  /** Deploys, holds the whole supply of votes at first, and keeps the guardian. */
  deployer: Address
  /** Time of the chain at the start, Unix seconds. */
  now: bigint
  /** Salt of the EIP-712 domains. */
  salt: Hex
}

interface ContractSpec {
  name: Name
  /** File below `contracts/`. */
  source: string
  /** Whether the treasury lets it move balances. */
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
    name: 'treasury',
    source: 'Treasury.sol',
    args: ({ at, modules }) => [modules, at('timelock'), at('testDollar'), at('identityRegistry')],
  },
  {
    name: 'intentEscrow',
    source: 'IntentEscrow.sol',
    isModule: true,
    isSalted: true,
    args: ({ at, salt }) => [at('treasury'), parameters.FEE_BPS, salt],
  },
  {
    name: 'clearingHouse',
    source: 'ClearingHouse.sol',
    isModule: true,
    isSalted: true,
    args: ({ at, salt }) => [at('treasury'), salt],
  },
  {
    name: 'arbitration',
    source: 'Arbitration.sol',
    isModule: true,
    args: ({ at }) => [
      at('treasury'),
      at('treasury'),
      [at('intentEscrow')],
      [at('testDollar')],
      parameters.MIN_BOND,
      parameters.JUROR_BOND,
    ],
  },
  {
    name: 'learningRegistry',
    source: 'LearningRegistry.sol',
    isModule: true,
    isSalted: true,
    args: ({ at, salt }) => [at('treasury'), at('treasury'), at('identityRegistry'), salt],
  },
  {
    name: 'reputationRegistry',
    source: 'ReputationRegistry.sol',
    args: ({ at }) => [
      at('intentEscrow'),
      [{ token: at('testDollar'), unit: 1n }],
      parameters.OWNER_CAP,
      parameters.PRIOR_WEIGHT,
    ],
  },
  {
    name: 'validationRegistry',
    source: 'ValidationRegistry.sol',
    args: ({ at }) => [at('identityRegistry')],
  },
  {
    name: 'meshToken',
    source: 'MeshToken.sol',
    args: ({ deployer }) => [deployer, parameters.VOTE_SUPPLY],
  },
  {
    name: 'timelock',
    source: 'MeshTimelock.sol',
    args: ({ deployer }) => [parameters.TIMELOCK_DELAY, deployer],
  },
  {
    name: 'meshGovernor',
    source: 'MeshGovernor.sol',
    args: ({ at }) => [at('meshToken'), at('timelock'), parameters.VOTING],
  },
  {
    name: 'guardian',
    source: 'Guardian.sol',
    args: ({ at, deployer, now }) => [at('timelock'), deployer, now + parameters.GUARDIAN_TERM],
  },
  {
    name: 'meshDirectory',
    source: 'MeshDirectory.sol',
    isSalted: true,
    args: (plan) => [genesisOf(plan), plan.salt],
  },
]
