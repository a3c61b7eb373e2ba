import { privateKeyToAccount } from 'viem/accounts'
import { Account } from '../../../agent/account.ts'
import { type ChainClient, connectChain } from '../../../agent/chain/client.ts'
import { Wallet } from '../../../agent/chain/wallet.ts'
import { type Identity, identityFromKey } from '../../../agent/network/identity.ts'
import { startChain } from '../../../community/chain.ts'
import { DEVELOPMENT_KEY } from '../../../community/development-account.ts'
import { fromHex } from '../../../protocol/wire/fields.ts'
import { deploy } from '../../../scripts/deploy.ts'
import { type Relay, startRelay } from '../../indexer/support/relay.ts'

/** An agent with a stake of 700 on a local chain, which is reached through a relay. */
export interface StakedAgent {
  readonly identity: Identity
  readonly account: Account
  readonly agentId: bigint
  /** URL of the chain itself. */
  readonly rpcUrl: string
  readonly chain: ChainClient
  readonly relay: Relay
  stop(): Promise<void>
}

/** @param logFile where the chain's output goes */
export async function startStakedAgent(logFile: string): Promise<StakedAgent> {
  const identity = identityFromKey(fromHex(DEVELOPMENT_KEY))
  const local = await startChain(logFile)
  const relay = await startRelay(local.rpcUrl)
  const deployment = await deploy({ rpcUrl: local.rpcUrl, account: privateKeyToAccount(DEVELOPMENT_KEY) })
  const chain = await connectChain(relay.url, deployment)
  const wallet = new Wallet({ ...chain, ...identity, chainId: deployment.chainId })
  const account = new Account({ identity, wallet, chain, deployment })
  const agentId = await account.ensureRegistered('data:,standing')
  await account.ensureTestDollars(1000n)
  await account.ensureStake(700n)
  return {
    ...{ identity, account, agentId, rpcUrl: local.rpcUrl, chain, relay },
    async stop() {
      relay.stop()
      await local.stop()
    },
  }
}
