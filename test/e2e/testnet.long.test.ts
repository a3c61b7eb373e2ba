import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { expect } from 'chai'
import { createPublicClient, createWalletClient, http, parseAbi, parseEther, zeroHash } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { type Deal, hasEnded, MeshNetwork, type NetworkDescriptor } from '../../agent/index.ts'
import { DEVELOPMENT_KEY } from '../../community/development-account.ts'
import { deploy } from '../../scripts/deploy.ts'
import { startMesh } from '../cli/mesh.ts'
import { temporaryDirectory } from '../community/temporary-file.ts'
import { type Anvil, startAnvil } from '../indexer/support/anvil.ts'
import { emptyDatabase } from '../indexer/support/postgres.ts'
import { energyIntent } from './support/market.ts'

const CHAIN_ID = 84_532
const AREA = '871fae6e2ffffff'
/** Above what the node's blocks would ask by themselves, so that nothing gets in for free. */
const BASE_FEE = '2000000000'
const DOLLARS = 50_000_000n
const timelockAbi = parseAbi(['function hasRole(bytes32 role, address account) view returns (bool)'])

/** What docs/tutorials/deploy-to-a-testnet.md tells people to do, on a chain with another id and a block each second. */
describe('a market on a testnet', function () {
  this.timeout(240_000)
  const files = temporaryDirectory()
  const deployer = privateKeyToAccount(DEVELOPMENT_KEY)
  const children: ChildProcess[] = []
  const agents: MeshNetwork[] = []
  const steps: string[] = []
  let anvil: Anvil
  let network: NetworkDescriptor
  let api: string

  before(async () => {
    anvil = await startAnvil(
      '--chain-id',
      `${CHAIN_ID}`,
      '--block-time',
      '1',
      '--block-base-fee-per-gas',
      BASE_FEE,
    )
    const { rpcUrl } = anvil
    const deployment = await deploy({
      ...{ rpcUrl, account: deployer, confirmations: 3 },
      onStep: (step) => steps.push(step),
    })
    const relay = await start<{ multiaddrs: string[] }>([
      ...['relay', '--host', '127.0.0.1', '--port', '0', '--stun-port', '0', '--json'],
    ])
    network = { deployment, rpcUrl, bootstrapPeers: relay.multiaddrs, area: AREA }
    files.write('network.json', JSON.stringify(network))
    const served = await start<{ url: string }>(
      ['serve', '--network', 'network.json', '--port', '0', '--json'],
      { DATABASE_URL: await emptyDatabase() },
    )
    api = served.url
  })

  after(async () => {
    await Promise.all(agents.map((agent) => agent.disconnect()))
    for (const child of children) child.kill('SIGKILL')
    await anvil?.stop()
  })

  const client = () => createPublicClient({ transport: http(anvil.rpcUrl), cacheTime: 0 })

  /** Starts a command; what it prints first is what it has to say. */
  async function start<T>(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<T> {
    const child = startMesh(files.path('.'), args, environment)
    children.push(child)
    const said = text(child.stderr)
    const failed = once(child, 'exit').then(async ([code]) => {
      throw new Error(`mesh ${args[0]} ended with code ${code}: ${await said}`)
    })
    failed.catch(() => {})
    const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), failed])) as [string]
    return JSON.parse(line) as T
  }

  async function join(): Promise<MeshNetwork> {
    const { deployment, rpcUrl, bootstrapPeers } = network
    const agent = new MeshNetwork({
      ...{ network: deployment, rpcUrl, bootstrapPeers, area: AREA, capabilities: ['energy.supply'] },
      ...{ directory: false, governanceInterval: 1_000 },
    })
    agents.push(agent)
    const { address: to } = await agent.load()
    const wallet = createWalletClient({ account: deployer, transport: http(anvil.rpcUrl) })
    const hash = await wallet.sendTransaction({ to, value: parseEther('1'), chain: null })
    await client().waitForTransactionReceipt({ hash })
    await agent.connect()
    await agent.account.ensureTestDollars(2n * DOLLARS)
    await agent.enroll({ agentURI: 'data:,test', stake: DOLLARS, balance: DOLLARS })
    return agent
  }

  it('is deployed as deep as was asked, and the deployer has no role left', async () => {
    const { deployment } = network
    const { timelock = zeroHash, meshGovernor } = deployment.contracts
    const read = { address: timelock as `0x${string}`, abi: timelockAbi, functionName: 'hasRole' } as const
    const admin = await client().readContract({ ...read, args: [zeroHash, deployer.address] })
    expect(deployment.chainId).to.equal(CHAIN_ID)
    expect(admin, 'admin').to.equal(false)
    expect(meshGovernor).to.match(/^0x/)
    // 18 transactions, each in a block of its own, and two blocks on the last one.
    expect(Number(await client().getBlockNumber())).to.be.at.least(deployment.fromBlock + 19)
    expect(steps.at(-2)).to.include('3 blocks deep')
    expect(steps.at(-1)).to.include('the deployer has no role')
  })

  it('stands when it is looked at again: code, wiring and salt, and nothing is sent', async () => {
    const { rpcUrl, deployment: earlier } = network
    const sent = () => client().getTransactionCount({ address: deployer.address })
    const before = await sent()
    expect(await deploy({ rpcUrl, account: deployer, earlier })).to.equal(earlier)
    expect(await sent()).to.equal(before)
  })

  it('gives nobody gas money, and says who has to', async () => {
    const agent = new MeshNetwork({ network: network.deployment, rpcUrl: network.rpcUrl, directory: false })
    agents.push(agent)
    const { address } = await agent.load()
    await agent.connect()
    const error = await agent.account.ensureTestGas(5n).catch((caught: unknown) => caught)
    expect(error).to.include({ code: 'CHAIN_NOT_LOCAL' })
    expect((error as Error).message).to.include(`Send at least 5 wei to ${address}`)
  })

  it('has agents that find each other through the relay, trade at its gas prices, and are indexed', async () => {
    const buyer = await join()
    const seller = await join()
    buyer.onOffer(() => ({ type: 'accept' }))
    const sale = sellOnce(seller, buyer)
    const asking = setInterval(() => void buyer.publishIntent(energyIntent(400n)).catch(() => {}), 2_000)
    let deal: Deal
    try {
      deal = await sale
    } finally {
      clearInterval(asking)
    }
    const signal = AbortSignal.timeout(30_000)
    expect((await buyer.untilDeal(deal.id, hasEnded, { signal })).state).to.equal('settled')
    const trade = await indexed(deal.id)
    expect(trade).to.include({
      buyer: buyer.address,
      seller: seller.address,
      quantity: '400',
      payment: '80000',
    })

    const { maxPriorityFeePerGas, type } = await client().getTransaction({ hash: trade.tx as `0x${string}` })
    const suggested = await client().request({ method: 'eth_maxPriorityFeePerGas' })
    expect({ type, tip: maxPriorityFeePerGas }).to.deep.equal({ type: 'eip1559', tip: BigInt(suggested) })
  })

  async function sellOnce(seller: MeshNetwork, buyer: MeshNetwork): Promise<Deal> {
    for await (const intent of seller.intents({ signal: AbortSignal.timeout(90_000) })) {
      if (intent.value.agent !== buyer.address) continue
      const outcome = await seller.offer(intent, { quantity: 400n, price: 200_000n }, { duration: 120n })
      if (outcome.type !== 'agreed') throw new Error(`declined: ${outcome.reason} ${outcome.detail}`)
      const { id, agreement } = outcome.deal
      const signal = AbortSignal.timeout(60_000)
      await seller.untilDeal(id, ({ state }) => state === 'opened', { signal })
      await seller.deliver(id, agreement.quantity)
      return seller.untilDeal(id, hasEnded, { signal })
    }
    throw new Error('the seller heard nothing')
  }

  /** The trade as the API tells it, once the index has it. */
  async function indexed(id: string): Promise<Record<string, string>> {
    for (const end = performance.now() + 30_000; performance.now() < end; ) {
      const { data } = (await (await fetch(`${api}/v1/trades`)).json()) as { data: Record<string, string>[] }
      const found = data.find((trade) => trade.id === id)
      if (found !== undefined) return found
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    throw new Error('the index does not have the trade')
  }
})
