import { expect } from 'chai'
import * as token from '../../agent/chain/actions/token.ts'
import { connectChain } from '../../agent/chain/client.ts'
import type { MeshNetwork } from '../../agent/index.ts'
import { ledgerAbi, stakeVaultAbi } from '../../protocol/abis/index.ts'
import { energyIntent, startMarket, type TestMarket } from './support/market.ts'

describe("an agent's way out", function () {
  this.timeout(60_000)
  let market: TestMarket

  beforeEach(async () => {
    market = await startMarket()
  })
  afterEach(() => market.stop())

  const codeOf = (promise: Promise<unknown>) =>
    promise.then(
      () => undefined,
      (error: { code?: string }) => error.code,
    )

  it('takes balance and stake out after the delays, and not before', async () => {
    const agent: MeshNetwork = await market.join({ stake: 7_000_000n, balance: 5_000_000n })
    const { rpcUrl, deployment } = market.descriptor()
    const { client } = await connectChain(rpcUrl, deployment)
    const held = () => token.balanceOf(client, deployment.contracts.testDollar, agent.address)
    const before = await held()

    await agent.account.requestWithdrawal(5_000_000n)
    await agent.account.requestStakeWithdrawal(7_000_000n)
    expect(await codeOf(agent.account.withdraw())).to.equal('CALL_REVERTED')
    expect(await codeOf(agent.account.withdrawStake())).to.equal('CALL_REVERTED')

    const { treasury: address } = deployment.contracts
    const delays = await Promise.all([
      client.readContract({ address, abi: ledgerAbi, functionName: 'withdrawalDelay' }),
      client.readContract({ address, abi: stakeVaultAbi, functionName: 'unstakeDelay' }),
    ])
    await market.later(Math.max(...delays) + 1)
    await agent.account.withdraw()
    await agent.account.withdrawStake()
    expect(await held()).to.equal(before + 12_000_000n)
    expect(await agent.account.balance()).to.equal(0n)
  })

  it('takes an unanswered offer back on chain, so that nobody can open it any more', async () => {
    const buyer = await market.join()
    const seller = await market.join({ bootstrapPeers: buyer.endpoints })
    const pending = Promise.withResolvers<{ type: 'decline'; reason: 'busy' }>()
    buyer.onOffer(() => pending.promise)
    const heard = new Promise<Parameters<typeof seller.offer>[0]>((resolve) => {
      seller.subscribeToIntents(resolve)
    })
    await buyer.publishIntent(energyIntent(100n))
    const outcome = seller.offer(await heard, { quantity: 100n, price: 200_000n }, { duration: 60n })
    const offered = await new Promise<`0x${string}`>((resolve) => {
      seller.onDealChange(({ id, state }) => state === 'offered' && resolve(id))
    })
    await seller.cancelOffer(offered)
    expect(seller.deal(offered)).to.equal(undefined)
    pending.resolve({ type: 'decline', reason: 'busy' })
    expect((await outcome).type).to.equal('declined')
  })
})
