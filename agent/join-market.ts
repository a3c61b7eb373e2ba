import type { MeshNetworkInit } from './init.ts'
import type { Abortable } from './lifecycle.ts'
import { MeshNetwork } from './mesh-network.ts'

/** Gas money that an agent begins with where it is given away, in wei: enough for thousands of transactions. */
const GAS = 10n ** 18n

/** What an agent puts up to trade, in minor units; nothing of it by default. */
export interface MarketStanding {
  /** Vouches for what it sells. */
  stake?: bigint
  /** Pays for what it buys. */
  balance?: bigint
  /** Vouches for its part in rounds of learning. */
  participantStake?: bigint
  evaluatorStake?: bigint
  /** Where its registration file is. */
  agentURI?: string
}

/**
 * A connected agent that can trade: with gas money, registered, and with what it puts up. For markets whose money is for
 * trying, such as that of `mesh up`: gas money is had for the asking, and test dollars are minted.
 *
 * @returns the agent; where something fails it has left the mesh again
 * @throws ConfigError `CHAIN_NOT_LOCAL` where gas money has to come from somebody else; what `connect` and `enroll` throw
 * @example
 * ```ts
 * const network = await readNetwork('http://127.0.0.1:8787')
 * await using agent = await joinMarket({ network, capabilities: ['energy.supply'] }, { stake: 50_000_000n })
 * ```
 */
export async function joinMarket(
  init: MeshNetworkInit,
  standing: MarketStanding = {},
  options: Abortable = {},
): Promise<MeshNetwork> {
  const { stake = 0n, balance = 0n, agentURI = 'data:,agent' } = standing
  const { participantStake = 0n, evaluatorStake = 0n } = standing
  const agent = new MeshNetwork(init)
  await agent.connect(options)
  try {
    const { account } = agent
    await account.ensureTestGas(GAS, options)
    await account.ensureTestDollars(stake + balance + participantStake + evaluatorStake, options)
    await agent.enroll({ agentURI, stake, balance }, options)
    if (participantStake > 0n) await account.ensureLearningStake('participant', participantStake, options)
    if (evaluatorStake > 0n) await account.ensureLearningStake('evaluator', evaluatorStake, options)
    return agent
  } catch (error) {
    await agent.disconnect()
    throw error
  }
}
