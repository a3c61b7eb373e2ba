import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createWalletClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { MeshNetwork, type NetworkDescriptor } from '../../agent/index.ts'
import { startChain } from '../../community/chain.ts'
import { DEVELOPMENT_KEY } from '../../community/development-account.ts'
import { meshDomain } from '../../protocol/deployment.ts'
import { hashIntent } from '../../protocol/eip712.ts'
import { verifyDigest } from '../../protocol/signature.ts'
import type { Address } from '../../protocol/types.ts'
import { deploy } from '../../scripts/deploy.ts'
import { newIdentity } from './nodes.ts'
import { inMilliseconds, spreadOf } from './statistics.ts'

const RUNS = 50
const WARM_UP = 8

/** From an intent that is published to an agreement that both have signed, on a chain of its own. */
export async function deals() {
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
  const buyer = await enter(descriptor, seller.endpoints, fund)
  try {
    buyer.onOffer(() => ({ type: 'accept' }))
    const [gossip, agreed] = [[] as number[], [] as number[]]
    for (let run = 0; run < WARM_UP + RUNS; run++) {
      const [heard, signed] = await trade(buyer, seller, BigInt(run))
      if (run < WARM_UP) continue
      gossip.push(heard)
      agreed.push(signed)
    }
    const domain = meshDomain(deployment)
    const signatures = Array.from({ length: RUNS }, () => signing(domain))
    const rows = {
      'intent to agreement': agreed,
      'of it gossip': gossip,
      'hash, sign and verify once': signatures,
    }
    return Object.entries(rows).map(([what, values]) => ({ what, ...inMilliseconds(spreadOf(values)) }))
  } finally {
    await buyer.disconnect()
    await seller.disconnect()
    await chain.stop()
    await rm(directory, { recursive: true, force: true })
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

/** @returns milliseconds until the seller has heard, and until it has the buyer's signature */
async function trade(buyer: MeshNetwork, seller: MeshNetwork, index: bigint): Promise<[number, number]> {
  const now = BigInt(Math.floor(Date.now() / 1000)) + index * 900n
  const begin = performance.now()
  const heard = seller.intents()[Symbol.asyncIterator]().next()
  await buyer.publishIntent({
    side: 'buy',
    capability: 'energy.supply',
    quantity: 100n,
    price: 100_000n,
    lot: 1000n,
    start: now,
    end: now + 900n,
  })
  const intent = (await heard).value
  const gossip = performance.now() - begin
  const outcome = await seller.offer(intent, { quantity: 100n, price: 100_000n }, { duration: 60n })
  if (outcome.type !== 'agreed') throw new Error(`no agreement: ${outcome.reason} ${outcome.detail}`)
  return [gossip, performance.now() - begin]
}

function signing(domain: Parameters<typeof hashIntent>[0]): number {
  const { address, sign } = newIdentity()
  const begin = performance.now()
  const digest = hashIntent(domain, {
    agent: address,
    side: 'buy',
    capability: 'energy.supply',
    area: '871f8d099ffffff',
    quantity: 100n,
    price: 100_000n,
    lot: 1000n,
    start: 0n,
    end: 900n,
    expiry: 0n,
    nonce: 0n,
    endpoints: [],
  })
  verifyDigest(digest, sign(digest), address)
  return performance.now() - begin
}
