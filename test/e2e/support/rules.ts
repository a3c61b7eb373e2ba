import { defaultDirectory, unknownStandings } from '../../../agent/chain/without-chain.ts'
import { NetworkRules } from '../../../agent/protocols/network-rules.ts'
import { DEFAULT_RULES } from '../../../protocol/default-parameters.ts'
import { type NetworkParameters, VERSION_STATUSES } from '../../../protocol/network-parameters.ts'
import { deployment } from './deployment.ts'

const [, current] = VERSION_STATUSES
const version = { status: current, sunset: 0n, current: 1 }

/** What a directory says at genesis. */
export const parameters: NetworkParameters = {
  spam: DEFAULT_RULES.spamRules,
  admissions: { '': DEFAULT_RULES.admission },
  quotas: { '': DEFAULT_RULES.quota },
  protocols: {
    'agent-query/1': version,
    'auctions/1': version,
    'capabilities/1': version,
    'catch-up/1': version,
    'content/1': version,
    'intents/1': version,
    'negotiation/1': version,
    'rendezvous/1': version,
    'trips/1': version,
  },
  escrow: current,
}

/** Rules for tests that speak over the network and touch no chain: those of genesis, for agents that nobody knows. */
export const rules = new NetworkRules({
  directory: { ...defaultDirectory([]), parameters },
  standings: unknownStandings,
  escrow: deployment.contracts.intentEscrow,
  now: () => BigInt(Math.floor(Date.now() / 1000)),
})
