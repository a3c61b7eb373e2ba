import { stringToHex } from 'viem'
import { DEFAULT_RULES } from '../../protocol/default-parameters.ts'
import type { DeploymentPlan } from './contracts.ts'
import { ACCUSATION_BOND } from './parameters.ts'

const VERSIONED = [
  ['IdentityRegistry', 'identityRegistry'],
  ['Treasury', 'treasury'],
  ['IntentEscrow', 'intentEscrow'],
  ['ClearingHouse', 'clearingHouse'],
  ['Arbitration', 'arbitration'],
  ['LearningRegistry', 'learningRegistry'],
  ['ReputationRegistry', 'reputationRegistry'],
  ['ValidationRegistry', 'validationRegistry'],
] as const
/** As they stand in the identifiers of streams and topics; see `agent/network/names.ts`. */
const PROTOCOLS = [
  'agent-query',
  'auctions',
  'capabilities',
  'catch-up',
  'content',
  'intents',
  'negotiation',
  'orders',
  'readings',
  'rendezvous',
  'services',
  'trips',
] as const

/** What the directory begins with: the first version of everything. */
export function genesisOf({ at }: DeploymentPlan) {
  return {
    governance: at('timelock'),
    identityRegistry: at('identityRegistry'),
    bondToken: at('meshToken'),
    accusationBond: ACCUSATION_BOND,
    maxMinStake: 1_000_000_000n,
    maxMinReputation: 4000,
    ...DEFAULT_RULES,
    contracts: VERSIONED.map(([name, key]) => ({ name: ascii(name), location: at(key) })),
    protocols: PROTOCOLS.map(ascii),
  }
}

/** A name as the directory keeps it: ASCII, padded with zeros to 32 bytes. */
function ascii(name: string) {
  return stringToHex(name, { size: 32 })
}
