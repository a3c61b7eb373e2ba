import { stringToHex } from 'viem'
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
const PROTOCOLS = ['agent-query', 'capabilities', 'catch-up', 'intents', 'negotiation'] as const

/** The rules that hold until a vote changes them; they admit everybody. */
export const RULES = {
  admission: { minStake: 0n, minReputation: 0 },
  // A home repeats its intent twice a second, and whenever a part of it is traded.
  quota: { perMinute: 600, burst: 100 },
  spamRules: {
    maxMessageBytes: 16_384,
    maxIntentLife: 86_400,
    maxLiveIntents: 64,
    // A home of sixteen has up to 143 at the busiest slot of a day, for offers bind it for fifteen seconds.
    maxLiveOffers: 1_000,
    // Of the mildest kind; two forgeries or five messages of garbage weigh as much.
    invalidTolerance: 50,
    muteDuration: 600,
  },
}

/** What the directory begins with: the first version of everything. */
export function genesisOf({ at }: DeploymentPlan) {
  return {
    governance: at('timelock'),
    identityRegistry: at('identityRegistry'),
    bondToken: at('meshToken'),
    accusationBond: ACCUSATION_BOND,
    maxMinStake: 1_000_000_000n,
    maxMinReputation: 4000,
    ...RULES,
    contracts: VERSIONED.map(([name, key]) => ({ name: ascii(name), location: at(key) })),
    protocols: PROTOCOLS.map(ascii),
  }
}

/** A name as the directory keeps it: ASCII, padded with zeros to 32 bytes. */
function ascii(name: string) {
  return stringToHex(name, { size: 32 })
}
