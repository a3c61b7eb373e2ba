import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWalletClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { type Deal, MeshNetwork, type NetworkDescriptor } from '../../agent/index.ts'
import { startChain } from '../../community/chain.ts'
import { DEVELOPMENT_KEY } from '../../community/development-account.ts'
import type { Deployment } from '../../protocol/deployment.ts'
import type { Address } from '../../protocol/types.ts'
import { deploy } from '../../scripts/deploy.ts'

/** A seller, and a buyer that accepts whatever it is offered, on a chain of their own. */
export interface Pair {
  deployment: Deployment
  seller: MeshNetwork
  buyer: MeshNetwork
  stop(): Promise<void>
}

/** @param pathTo where the buyer dials instead of the seller's own endpoints */
export async function startPair(
  pathTo: (endpoints: string[]) => Promise<string[]> = async (endpoints) => endpoints,
): Promise<Pair> {
  const directory = await mkdtemp(join(tmpdir(), 'mesh-bench-'))
  const chain = await startChain(join(directory, 'chain.log'))
  const account = privateKeyToAccount(DEVELOPMENT_KEY)
  const deployment = await deploy({ rpcUrl: chain.rpcUrl, account })
  const wallet = createWalletClient({ account, transport: http(chain.rpcUrl) })
  const descriptor = { deployment, rpcUrl: chain.rpcUrl, area: '871f8d099ffffff' }
  const fund = async (to: Address) => {
    await wallet.sendTransaction({ to, value: 10n ** 18n, chain: null })
  }
  const seller = await enter(descriptor, [], fund)
  const buyer = await enter(descriptor, await pathTo(seller.endpoints), fund)
  buyer.onOffer(() => ({ type: 'accept' }))
  return {
    deployment,
    seller,
    buyer,
    async stop() {
      await buyer.disconnect()
      await seller.disconnect()
      await chain.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function enter(
  descriptor: Omit<NetworkDescriptor, 'bootstrapPeers'>,
  bootstrapPeers: string[],
  fund: (address: Address) => Promise<void>,
): Promise<MeshNetwork> {
  const network = { ...descriptor, bootstrapPeers }
  const agent = new MeshNetwork({ network, capabilities: ['energy.supply'], directory: false })
  await fund((await agent.load()).address)
  await agent.connect()
  await agent.account.ensureTestDollars(1_000_000_000n)
  await agent.enroll({ agentURI: 'data:,bench', stake: 100_000_000n, balance: 100_000_000n })
  return agent
}

/**
 * One deal, up to the second signature.
 *
 * @param index another one each time
 * @returns milliseconds until the seller has heard, and until it has the buyer's signature; and the deal
 */
export async function trade(
  { buyer, seller }: Pair,
  index: number,
): Promise<{ heard: number; agreed: number; deal: Deal }> {
  const now = BigInt(Math.floor(Date.now() / 1000) + index * 900)
  const begin = performance.now()
  const hearing = seller.intents()[Symbol.asyncIterator]().next()
  await buyer.publishIntent({
    side: 'buy',
    capability: 'energy.supply',
    quantity: 100n,
    price: 100_000n,
    lot: 1000n,
    start: now,
    end: now + 900n,
  })
  const intent = (await hearing).value
  const heard = performance.now() - begin
  const outcome = await seller.offer(intent, { quantity: 100n, price: 100_000n }, { duration: 60n })
  if (outcome.type !== 'agreed') throw new Error(`no agreement: ${outcome.reason} ${outcome.detail}`)
  return { heard, agreed: performance.now() - begin, deal: outcome.deal }
}
