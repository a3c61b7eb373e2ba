import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPublicClient, createTestClient, createWalletClient, http } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import * as escrow from '../../../agent/chain/actions/intent-escrow.ts'
import type { Call } from '../../../agent/chain/call.ts'
import {
  type Address,
  type Deal,
  MeshNetwork,
  type MeshNetworkInit,
  type NetworkDescriptor,
} from '../../../agent/index.ts'
import { startChain } from '../../../community/chain.ts'
import { DEVELOPMENT_KEY } from '../../../community/development-account.ts'
import { deploy } from '../../../scripts/deploy.ts'
import { type Govern, governance } from './governance.ts'

/** A local chain with the contracts on it, and a folder for whatever a test keeps; all real. */
export interface TestMarket {
  readonly directory: string
  /** Descriptor with the given bootstrap peers. */
  descriptor(bootstrapPeers?: string[]): NetworkDescriptor
  /** Gives an address gas money. */
  fund(address: Address): Promise<void>
  /** Connects an agent with gas money, test dollars, stake and balance. */
  join(init?: Partial<MeshNetworkInit> & Standing): Promise<MeshNetwork>
  /** Opens a deal that both have signed, as anybody may. */
  open(deal: Deal): Promise<void>
  /** Sends a call from the account that has everything. */
  send(call: Call): Promise<void>
  /** Sets a rule of the network's directory, as a vote would. */
  readonly govern: Govern
  /** Lets seconds pass on the chain, with a block at the end. What machines think the time is stays behind. */
  later(seconds: number): Promise<void>
  stop(): Promise<void>
}

interface Standing {
  bootstrapPeers?: string[]
  stake?: bigint
  balance?: bigint
  /** Whether it registers an agent of its own; one that speaks for somebody else's does not. */
  enrolls?: boolean
}

const DOLLARS = 1_000_000_000n

/** @param start starts the chain; by default one that goes on as it is. @param start.log a file that it may write to */
export async function startMarket(
  start: (log: string) => Promise<{ rpcUrl: string; stop(): Promise<void> }> = startChain,
): Promise<TestMarket> {
  const directory = await mkdtemp(join(tmpdir(), 'mesh-test-'))
  const chain = await start(join(directory, 'chain.log'))
  const account = privateKeyToAccount(DEVELOPMENT_KEY)
  const deployment = await deploy({ rpcUrl: chain.rpcUrl, account })
  const wallet = createWalletClient({ account, transport: http(chain.rpcUrl) })
  const agents: MeshNetwork[] = []

  const descriptor = (bootstrapPeers: string[] = []): NetworkDescriptor => ({
    deployment,
    rpcUrl: chain.rpcUrl,
    bootstrapPeers,
    area: '871fae6e2ffffff',
  })
  const fund = async (to: Address) => {
    await wallet.sendTransaction({ to, value: 10n ** 18n, chain: null })
  }
  const send = async (call: Call) => {
    const hash = await wallet.sendTransaction({ ...call, chain: null })
    const client = createPublicClient({ transport: http(chain.rpcUrl) })
    const { status } = await client.waitForTransactionReceipt({ hash })
    if (status !== 'success') throw new Error('the chain refused it')
  }
  return {
    directory,
    descriptor,
    fund,
    async open({ agreement, signatures, funding }) {
      const { buyer, seller } = signatures
      if (buyer === undefined || seller === undefined) throw new Error('not signed by both')
      await send(escrow.open(deployment.contracts.intentEscrow, agreement, { buyer, seller }, funding))
    },
    send,
    govern: governance(chain.rpcUrl, deployment),
    async later(seconds) {
      const time = createTestClient({ mode: 'hardhat', transport: http(chain.rpcUrl) })
      await time.increaseTime({ seconds })
      await time.mine({ blocks: 1 })
    },
    async join({
      bootstrapPeers = [],
      stake = 50_000_000n,
      balance = 50_000_000n,
      enrolls = true,
      ...init
    } = {}) {
      const agent = new MeshNetwork({
        network: descriptor(bootstrapPeers),
        capabilities: ['energy.supply'],
        directory: false,
        onError: (error) => {
          if (process.env.MESH_TEST_VERBOSE !== undefined) console.error(error)
        },
        ...init,
      })
      agents.push(agent)
      await fund((await agent.load()).address)
      await agent.connect()
      await agent.account.ensureTestDollars(DOLLARS)
      if (enrolls) await agent.enroll({ agentURI: 'data:,test', stake, balance })
      return agent
    },
    async stop() {
      await Promise.all(agents.map((agent) => agent.disconnect()))
      await chain.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** An energy intent for a quarter of an hour of 2021. */
export function energyIntent(quantity: bigint, price = 100_000n) {
  return {
    side: 'buy',
    capability: 'energy.supply',
    quantity,
    price,
    lot: 1000n,
    start: 1_615_190_400n,
    end: 1_615_191_300n,
    replay: true,
  } as const
}
