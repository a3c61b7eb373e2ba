/**
 * Every function whose name sounds like power over others, by contract: who may call it, and what it can reach at most.
 * A function that is not listed here fails the tests; whoever adds one states here why nobody's money depends on it.
 */
interface Power {
  who: string
  reach: string
}

const vote = (reach: string): Power => ({ who: 'a vote, after the timelock', reach })
const self = (reach: string): Power => ({ who: 'the account itself', reach })
const agent = (reach: string): Power => ({ who: 'the owner of the agent', reach })

const money = { setMandate: agent('what its own key may spend of its own balance') }

export const allowed: Record<string, Record<string, Power>> = {
  IdentityRegistry: {
    setAgentURI: agent('the address of its own registration file'),
    setMetadata: agent('its own metadata'),
    setAgentWallet: agent('which key speaks for it, with that key’s signature'),
    unsetAgentWallet: agent('that no key speaks for it'),
    setApprovalForAll: self('who may act for its own agents (ERC-721)'),
  },
  Ledger: money,
  Treasury: money,
  IntentEscrow: {
    revokeNonces: self('its own offers that were not taken yet'),
  },
  ReputationRegistry: {
    revokeFeedback: self('its own feedback'),
  },
  ClearingHouse: {
    admit: { who: 'the admin of the market', reach: 'who may order in its own market, and their tariffs' },
    dismiss: { who: 'the admin of the market', reach: 'orders to come in its own market' },
    settleSchedules: { who: 'anybody', reach: 'reserves whose meters stayed silent, back to their sellers' },
  },
  Arbitration: {
    execute: { who: 'anybody', reach: 'the bonds of a case that is decided, as it was decided' },
    dismiss: { who: 'anybody', reach: 'a panel that stayed silent' },
  },
  MeshDirectory: {
    ban: vote('whose messages nodes relay, for a term'),
    setAccusationBond: vote('the bond of accusations to come, within bounds'),
    setAdmission: vote('whose messages nodes relay, within bounds'),
    setContractSunset: vote('with which contracts nodes begin something new, never with what is open'),
    setProtocolSunset: vote('which protocols nodes speak'),
    setQuota: vote('how many messages nodes relay, within bounds'),
    setSpamRules: vote('which messages nodes relay, within bounds'),
  },
  MeshGovernor: {
    execute: { who: 'anybody', reach: 'what was voted and whose delay is over' },
    relay: vote('what the governor itself holds, which is nothing'),
    setLateQuorumVoteExtension: vote('votes to come, within bounds'),
    setProposalThreshold: vote('proposals to come, within bounds'),
    setVotingDelay: vote('proposals to come, within bounds'),
    setVotingPeriod: vote('proposals to come, within bounds'),
    updateQuorumNumerator: vote('proposals to come, within bounds'),
  },
  MeshTimelock: {
    execute: { who: 'anybody', reach: 'what was scheduled and whose delay is over' },
    executeBatch: { who: 'anybody', reach: 'what was scheduled and whose delay is over' },
    grantRole: vote('who governs the directory'),
    renounceRole: self('its own role'),
    revokeRole: vote('who governs the directory'),
    schedule: { who: 'the governor', reach: 'what was voted, to be executed after the delay' },
    scheduleBatch: { who: 'the governor', reach: 'what was voted, to be executed after the delay' },
    updateDelay: vote('the delay of operations to come, within bounds'),
  },
}
