import { getAddress, zeroAddress, zeroHash } from 'viem'
import { z } from 'zod'
import type { Domain } from './eip712.ts'
import { ConfigError } from './errors.ts'
import { expectation } from './expectation.ts'
import { described } from './input.ts'
import type { Address, Hex } from './types.ts'

/** Checksummed, however it was written: offers name addresses so, and are compared with these. */
const address = z
  .custom<Address>(
    (value) => typeof value === 'string' && /^0x[0-9a-fA-F]{40}$/.test(value),
    'an address: 0x and 40 hexadecimal digits',
  )
  .transform((value): Address => getAddress(value))
const hash = z.custom<Hex>(
  (value) => typeof value === 'string' && /^0x[0-9a-f]{64}$/.test(value),
  '32 bytes: 0x and 64 hexadecimal digits in lower case',
)

/** Chain id that development chains use, and no public chain does. */
export const LOCAL_CHAIN_ID = 31337

/** Contracts without which there is no market. */
const REQUIRED_CONTRACTS = [
  'testDollar',
  'identityRegistry',
  'treasury',
  'intentEscrow',
  'reputationRegistry',
  'meshDirectory',
] as const
/** Contracts that a deployment may have besides. */
const OPTIONAL_CONTRACTS = [
  'clearingHouse',
  'arbitration',
  'learningRegistry',
  'validationRegistry',
  'meshToken',
  'meshGovernor',
  'timelock',
  'guardian',
] as const

/** The same for each contract that every deployment has, and the same for each one that it may have. */
export function eachContract<R, O>(required: R, optional: O) {
  return { ...eachOf(REQUIRED_CONTRACTS, required), ...eachOf(OPTIONAL_CONTRACTS, optional) }
}

/** A deployment as it stands in files and messages. */
export const deploymentSchema = z.object({
  chainId: z.number().int().positive(),
  /** Hash of block 0: tells a reset local chain from the one that was deployed to. */
  genesisHash: hash,
  /** Salt of every EIP-712 domain of this deployment. */
  salt: hash,
  /** Block from which an index has to follow. */
  fromBlock: z.number().int().nonnegative(),
  contracts: z.object(eachContract(address, z.exactOptional(address))),
})

/** Where the contracts of one market are, and on which chain. */
export type Deployment = z.infer<typeof deploymentSchema>

/** What tells one network from all others: in the names of its protocols, and in all that is signed off-chain. */
export type NetworkId = Pick<Deployment, 'chainId' | 'salt'> & {
  contracts: Pick<Deployment['contracts'], 'meshDirectory'>
}

/** The network of agents that know of no chain: they find one another, and ask and answer, but do not trade. */
export const CHAINLESS: NetworkId = {
  chainId: 0,
  salt: zeroHash,
  contracts: { meshDirectory: zeroAddress },
}

/** Tells networks apart where nobody has to be convinced: in the names of protocols, and of folders. */
export function networkName({ chainId, contracts, salt }: NetworkId): string {
  return `${chainId}-${contracts.meshDirectory.slice(2, 10).toLowerCase()}-${salt.slice(2, 10)}`
}

/**
 * Reads a deployment that came from a file or from a peer.
 *
 * @throws ConfigError when a field is missing or malformed.
 */
export function parseDeployment(value: unknown): Deployment {
  const result = deploymentSchema.safeParse(value, { error: expectation, reportInput: true })
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new ConfigError('DEPLOYMENT_INVALID', 'The deployment file cannot be used.', {
    field: issue?.path.join('.') || '(whole file)',
    expected: issue?.message,
    received: described(issue?.input),
    remedy: 'Take what a market serves at `/v1/network`, or run `npm run deploy` against this chain again.',
    cause: result.error,
  })
}

/** Domain of what the escrow consumes: agreements and releases. */
export function escrowDomain(deployment: Deployment): Domain {
  return domain(deployment, deployment.contracts.intentEscrow)
}

/**
 * Domain of what the clearing house consumes: orders for slots, and readings of meters.
 *
 * @throws ConfigError `CLEARING_HOUSE_MISSING` when the deployment has none
 */
export function clearingDomain(deployment: Deployment): Domain {
  return domain(deployment, clearingHouseOf(deployment))
}

/** Address of the clearing house. @throws ConfigError `CLEARING_HOUSE_MISSING` when the deployment has none */
export function clearingHouseOf({ contracts }: Deployment): Address {
  if (contracts.clearingHouse !== undefined) return contracts.clearingHouse
  throw new ConfigError('CLEARING_HOUSE_MISSING', 'This deployment has no energy slots.', {
    field: 'deployment.contracts.clearingHouse',
    expected: 'an address',
    received: 'none',
    remedy: 'Deploy the contracts of this version, and take the descriptor of that network.',
  })
}

/**
 * Domain of what the learning registry consumes: tasks and the commitments to updates.
 *
 * @throws ConfigError `LEARNING_MISSING` when the deployment has none
 */
export function learningDomain(deployment: Deployment): Domain {
  return domain(deployment, learningRegistryOf(deployment))
}

/** Domain of what the learning panel consumes: commitments to scores. @param panel its address, which the registry knows */
export function panelDomain(deployment: Deployment, panel: Address): Domain {
  return domain(deployment, panel)
}

/** Address of the learning registry. @throws ConfigError `LEARNING_MISSING` when the deployment has none */
export function learningRegistryOf({ contracts }: Deployment): Address {
  if (contracts.learningRegistry !== undefined) return contracts.learningRegistry
  throw new ConfigError('LEARNING_MISSING', 'This deployment has no learning rounds.', {
    field: 'deployment.contracts.learningRegistry',
    expected: 'an address',
    received: 'none',
    remedy: 'Deploy the contracts of this version, and take the descriptor of that network.',
  })
}

/** Domain of what stays off-chain: intents, capability records, deliveries. */
export function meshDomain(network: NetworkId): Domain {
  return domain(network, network.contracts.meshDirectory)
}

function eachOf<K extends string, T>(names: readonly K[], value: T): Record<K, T> {
  return Object.fromEntries(names.map((name) => [name, value])) as Record<K, T>
}

function domain({ chainId, salt }: NetworkId, verifyingContract: Address): Domain {
  return { name: 'MESH', version: '1', chainId: BigInt(chainId), verifyingContract, salt }
}

/** Everything a newcomer needs to join a running market; `GET /v1/network` serves it. */
export interface NetworkDescriptor {
  deployment: Deployment
  rpcUrl: string
  /** Multiaddrs with peer ids. */
  bootstrapPeers: string[]
  /** H3 cell of the community. */
  area: string
}
