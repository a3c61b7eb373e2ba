import { Account } from '../../../agent/account.ts'
import { register, registeredId } from '../../../agent/chain/actions/identity-registry.ts'
import { connectChain } from '../../../agent/chain/client.ts'
import { Wallet } from '../../../agent/chain/wallet.ts'
import type { Address, MeshNetwork } from '../../../agent/index.ts'
import { identityFromKey } from '../../../agent/network/identity.ts'
import type { TestMarket } from './market.ts'

/** Somebody with an agent whose key is another's: the account that stays cold. */
export interface Owner {
  readonly address: Address
  readonly account: Account
  /** Registers an agent that a key speaks for. @returns its id */
  adopt(agent: MeshNetwork): Promise<bigint>
  /** Takes the key away from the agent. */
  revoke(agentId: bigint): Promise<void>
}

export async function createOwner(market: TestMarket): Promise<Owner> {
  const { rpcUrl, deployment } = market.descriptor()
  const identity = identityFromKey(crypto.getRandomValues(new Uint8Array(32)))
  const { address } = identity
  const chain = await connectChain(rpcUrl, deployment)
  const wallet = new Wallet({ ...chain, ...identity, chainId: deployment.chainId })
  const { identityRegistry } = deployment.contracts
  await market.fund(address)
  const account = new Account({ identity, wallet, chain, deployment })
  return {
    address,
    account,
    async adopt(agent) {
      const agentId = registeredId(await wallet.send(register(identityRegistry, 'data:,adopted')))
      await account.bindKey(agentId, agent.address, await agent.account.consent(agentId, address))
      return agentId
    },
    revoke: (agentId) => account.revokeKey(agentId),
  }
}
