import type { MeshNetworkInit } from './init.ts'
import type { Abortable } from './lifecycle.ts'
import { MeshNetwork } from './mesh-network.ts'

/** Gas money that an agent begins with where it is given away, in wei: enough for thousands of transactions. */
const GAS = 10n ** 18n

/**
 * A connected agent that can trade: with gas money, registered, and with stake and balance, both in minor units. For markets
 * whose money is for trying, such as that of `mesh up`: gas money is had for the asking, and test dollars are minted.
 *
 * @param standing what it puts up: `stake` vouches for what it sells, `balance` pays for what it buys; nothing by default
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
  {
    stake = 0n,
    balance = 0n,
    agentURI = 'data:,agent',
  }: { stake?: bigint; balance?: bigint; agentURI?: string } = {},
  options: Abortable = {},
): Promise<MeshNetwork> {
  const agent = new MeshNetwork(init)
  await agent.connect(options)
  try {
    await agent.account.ensureTestGas(GAS, options)
    await agent.account.ensureTestDollars(stake + balance, options)
    await agent.enroll({ agentURI, stake, balance }, options)
    return agent
  } catch (error) {
    await agent.disconnect()
    throw error
  }
}
