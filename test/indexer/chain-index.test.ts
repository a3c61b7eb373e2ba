import { expect } from 'chai'
import { concatHex, encodeFunctionData, stringToHex, zeroAddress } from 'viem'
import type { HDAccount } from 'viem/accounts'
import { AGREEMENT_STATUSES } from '../../indexer/store/tables.ts'
import { identityRegistryAbi, ledgerAbi, stakeVaultAbi } from '../../protocol/abis/index.ts'
import { feeOf, paymentOf } from '../../protocol/types.ts'
import { type Anvil, startAnvil } from './support/anvil.ts'
import { dump, dumpFresh, type RunningIndex, removeDataDirs, startIndex } from './support/index-of.ts'
import { account, Market } from './support/market.ts'

const DAY = 24 * 3600

describe('an index of a market', function () {
  this.timeout(60_000)
  let anvil: Anvil
  let market: Market
  let running: RunningIndex
  let buyer: HDAccount
  let seller: HDAccount

  before(async () => {
    anvil = await startAnvil()
    market = await Market.deploy(anvil.rpcUrl)
    buyer = await market.join(1)
    seller = await market.join(2)
    running = await startIndex(anvil.rpcUrl, market.deployment)
  })
  after(async () => {
    await running?.stop()
    await anvil?.stop()
    removeDataDirs()
  })

  async function caughtUp() {
    await running.index.waitForBlock(await market.height())
    return running.store.transaction(async (tx) => ({
      agents: await tx.selectFrom('agents').selectAll().orderBy('agentId').execute(),
      stakes: await tx.selectFrom('stakes').selectAll().execute(),
      agreements: await tx.selectFrom('agreements').selectAll().execute(),
      accounts: await tx.selectFrom('accounts').selectAll().execute(),
      statusTotals: await tx.selectFrom('statusTotals').selectAll().execute(),
      tokenTotals: await tx.selectFrom('tokenTotals').selectAll().execute(),
    }))
  }
  const agentRow = async (agentId: bigint) => (await caughtUp()).agents.find((row) => row.agentId === agentId)
  const agreementRow = async (id: string) => (await caughtUp()).agreements.find((row) => row.id === id)
  const registry = (functionName: string, args: unknown[], from: HDAccount) =>
    market.send(from, market.deployment.contracts.identityRegistry, identityRegistryAbi, functionName, args)

  describe('agents', () => {
    it('does not take the default wallet of a registration for a bound one', async () => {
      const agentId = await market.register(seller, 'https://agents.example/second')
      expect(await agentRow(agentId)).to.include({
        wallet: seller.address,
        bound: false,
        owner: seller.address,
      })
    })

    it('follows wallet, URI and owner, and a transfer clears the wallet', async () => {
      const agentId = await market.register(seller, '')
      await market.bind(seller, agentId, account(7))
      expect(await agentRow(agentId)).to.include({ wallet: account(7).address, bound: true, uri: '' })
      await registry('unsetAgentWallet', [agentId], seller)
      expect(await agentRow(agentId)).to.include({ wallet: null, bound: false })
      await market.bind(seller, agentId, account(7))
      await registry('setAgentURI', [agentId, 'ipfs://new'], seller)
      await registry('transferFrom', [seller.address, buyer.address, agentId], seller)
      expect(await agentRow(agentId)).to.include({
        owner: buyer.address,
        wallet: null,
        bound: false,
        uri: 'ipfs://new',
      })
    })

    it('says of each wallet what the registry says', async () => {
      const { agents } = await caughtUp()
      const read = {
        address: market.deployment.contracts.identityRegistry,
        abi: identityRegistryAbi,
      } as const
      expect(agents.length).to.be.greaterThan(2)
      for (const { agentId, wallet, bound, owner } of agents) {
        const args = [agentId] as const
        expect(await market.client.readContract({ ...read, functionName: 'ownerOf', args })).to.equal(owner)
        expect(await market.client.readContract({ ...read, functionName: 'getAgentWallet', args })).to.equal(
          wallet ?? zeroAddress,
        )
        if (!bound || wallet === null) continue
        const of = await market.client.readContract({ ...read, functionName: 'agentIdOf', args: [wallet] })
        expect(of).to.equal(agentId)
      }
    })

    it('survives URIs that a database refuses: NUL, invalid UTF-8, a document of 9 kB', async () => {
      const nul = await market.register(seller, 'a\0b')
      expect((await agentRow(nul))?.uri).to.equal('a\uFFFDb')
      const long = await market.register(seller, 'x'.repeat(9_000))
      expect((await agentRow(long))?.uri).to.equal(null)

      // 0xed 0xa0 0x80 is a lone surrogate, which UTF-8 forbids and Solidity does not.
      const valid = encodeFunctionData({
        abi: identityRegistryAbi,
        functionName: 'register',
        args: ['??????'],
      })
      const invalid = valid.replace(stringToHex('??????').slice(2), 'eda0800061ff')
      expect(invalid).not.to.equal(valid)
      await market.sendRaw(
        seller,
        market.deployment.contracts.identityRegistry,
        concatHex([invalid as `0x${string}`]),
      )
      const last = (await caughtUp()).agents.at(-1)
      expect(last?.agentId).to.equal(long + 1n)
      expect(last?.uri).to.match(/\uFFFDa\uFFFD$/)
    })
  })

  describe('stake', () => {
    it('says of every position what the vault says, through lock, queue, slash and withdrawal', async () => {
      const { treasury: vault, intentEscrow } = market.deployment.contracts
      const open = await market.draft(buyer, seller, { exposure: 777n })
      await market.open(buyer, seller, open)
      await market.send(seller, vault, stakeVaultAbi, 'requestUnstake', [2n, intentEscrow, 5_000n])
      await compare()
      expect((await caughtUp()).stakes.find((row) => row.depositor === seller.address)).to.include({
        locked: 777n,
        queued: 5_000n,
      })
      await market.settle(buyer, open)
      const failed = await market.draft(buyer, seller, { exposure: 1_001n })
      await market.open(buyer, seller, failed)
      await market.cancel(seller, failed)
      await compare()
      await market.pass(15 * DAY)
      await market.send(seller, vault, stakeVaultAbi, 'unstake', [2n, intentEscrow, seller.address])
      await compare()

      const all = (await caughtUp()).stakes.find((row) => row.depositor === seller.address)?.staked ?? 0n
      await market.send(seller, vault, stakeVaultAbi, 'requestUnstake', [2n, intentEscrow, all])
      await compare()
      await market.send(seller, vault, stakeVaultAbi, 'requestUnstake', [2n, intentEscrow, 0n])
      await compare()

      async function compare(): Promise<void> {
        for (const { agentId, depositor, module, ...row } of (await caughtUp()).stakes) {
          const [staked, locked, queued, availableAt] = await market.client.readContract({
            address: vault,
            abi: stakeVaultAbi,
            functionName: 'positionOf',
            args: [agentId, depositor, module],
          })
          expect(row).to.deep.equal({ staked, locked, queued, availableAt })
        }
      }
    })
  })

  describe('agreements', () => {
    it('keeps what was agreed and what came of it: settled', async () => {
      const evidence = `0x${'ab'.repeat(32)}` as const
      const agreement = await market.draft(buyer, seller, { quantity: 1_234n, price: 123_457n, exposure: 5n })
      const id = await market.open(buyer, seller, agreement)
      const { feeBps, penaltyBps, buyerEpoch: _buyer, sellerEpoch: _seller, ...terms } = agreement
      const opened = await agreementRow(id)
      expect(opened).to.include({
        ...terms,
        feeBps: Number(feeBps),
        penaltyBps: Number(penaltyBps),
        status: 'open',
        endedBlock: null,
        received: null,
      })
      await market.settle(buyer, agreement, evidence)
      const fee = feeOf(agreement)
      const settled = await agreementRow(id)
      const received = paymentOf(agreement) - fee
      expect(settled).to.include({ status: 'settled', fee, evidence, received, traded: 1_234n })
      expect(settled?.endedBlock).to.equal(await market.height())
      expect(opened?.openedTx)
        .to.match(/^0x[0-9a-f]{64}$/)
        .and.not.equal(settled?.endedTx)
    })

    it('refunded after the deadline', async () => {
      const agreement = await market.draft(buyer, seller)
      const id = await market.open(buyer, seller, agreement)
      await market.pass(3_601)
      await market.refund(seller, agreement)
      expect(await agreementRow(id)).to.include({
        status: 'refunded',
        refunded: 47_500n,
        fee: 0n,
        slashed: 200n,
        traded: null,
      })
    })

    it('claimed when the buyer was silent: a trade of what the seller reported', async () => {
      const agreement = await market.draft(buyer, seller, { quantity: 1_000n, price: 200_000n })
      const id = await market.open(buyer, seller, agreement)
      await market.deliver(seller, agreement, 900n)
      const reported = await agreementRow(id)
      expect(reported).to.include({ status: 'delivered', claimed: 900n, endedBlock: null, traded: null })
      expect(reported?.deliveredAt).to.equal(Number(await market.now()))
      await market.claim(seller, agreement)
      expect(await agreementRow(id)).to.include({
        status: 'settled',
        received: 179_550n,
        fee: 450n,
        refunded: 20_000n,
        slashed: 0n,
        traded: 900n,
      })
    })

    it('disputed and split: a trade of what half of the money buys', async () => {
      const agreement = await market.draft(buyer, seller, { quantity: 1_001n, price: 200_000n })
      const id = await market.open(buyer, seller, agreement)
      await market.deliver(seller, agreement)
      await market.dispute(buyer, agreement)
      expect(await agreementRow(id)).to.include({
        status: 'resolved',
        contested: 200_200n,
        arbitrator: zeroAddress,
        received: 99_850n,
        fee: 250n,
        refunded: 100_100n,
        traded: 501n,
      })
    })

    it('refunded when the seller cancels late: its stake pays, and it is no trade', async () => {
      const agreement = await market.draft(buyer, seller)
      const id = await market.open(buyer, seller, agreement)
      await market.cancel(seller, agreement)
      expect(await agreementRow(id)).to.include({
        status: 'refunded',
        received: 0n,
        refunded: 47_500n,
        slashed: 200n,
        traded: null,
      })
    })

    it('revoked before it was opened: known by its id alone', async () => {
      const agreement = await market.draft(buyer, seller)
      await market.revoke(seller, agreement)
      expect(await agreementRow(market.idOf(agreement))).to.include({
        status: 'revoked',
        revokedBy: seller.address,
        buyer: null,
        quantity: null,
        openedAt: null,
      })
    })

    it('settled on the spot: a trade whose price the chain does not tell', async () => {
      const agreement = await market.spotTrade(buyer, seller, { quantity: 77n })
      expect(await agreementRow(market.idOf(agreement))).to.include({
        status: 'settled',
        buyer: buyer.address,
        traded: 77n,
        received: 14_594n,
        fee: 36n,
        price: null,
        openedAt: null,
      })
    })

    it('counts them by status and sums the settled ones', async () => {
      const { agreements, statusTotals, tokenTotals } = await caughtUp()
      const count = (status: string) => agreements.filter((row) => row.status === status).length
      for (const status of AGREEMENT_STATUSES) {
        const total = statusTotals.find((row) => row.status === status)?.agreements ?? 0
        expect(total, status).to.equal(count(status))
      }
      const trades = agreements.filter((row) => row.traded !== null)
      expect(new Set(trades.map((row) => row.status))).to.deep.equal(new Set(['settled', 'resolved']))
      const energy = trades.filter(({ lot }) => lot === 1_000n)
      const volumeOf = (rows: typeof trades) =>
        rows.reduce((sum, row) => sum + (row.received ?? 0n) + (row.fee ?? 0n), 0n)
      expect(tokenTotals).to.deep.equal([
        {
          token: market.deployment.contracts.testDollar,
          trades: trades.length,
          volume: volumeOf(trades),
          energy: energy.reduce((sum, row) => sum + (row.traded ?? 0n), 0n),
          energyVolume: volumeOf(energy),
          fees: agreements.reduce((sum, row) => sum + (row.fee ?? 0n), 0n),
          collected: 0n,
        },
      ])
    })
  })

  describe('as a whole', () => {
    it('says of every ledger account what the ledger says', async () => {
      const { treasury, testDollar } = market.deployment.contracts
      await market.send(seller, treasury, ledgerAbi, 'requestWithdrawal', [testDollar, 123_456n])
      await market.pass(3 * DAY)
      await market.send(seller, treasury, ledgerAbi, 'withdraw', [testDollar, account(8).address])
      const { accounts, tokenTotals } = await caughtUp()
      expect(accounts.length).to.be.greaterThan(1)
      let fees = 0n
      for (const { token, account: owner, deposited, withdrawn, spent, earned } of accounts) {
        const read = { address: treasury, abi: ledgerAbi, args: [token, owner] } as const
        const balance = await market.client.readContract({ ...read, functionName: 'balanceOf' })
        expect(deposited - withdrawn - spent + earned).to.equal(balance)
        fees += await market.client.readContract({ ...read, functionName: 'feesOf' })
      }
      expect(accounts.find((row) => row.account === seller.address)?.withdrawn).to.equal(123_456n)

      expect(tokenTotals[0]?.fees).to.equal(fees)
      const owners = accounts.map(({ account }) => account)
      await market.send(buyer, treasury, ledgerAbi, 'collectFees', [testDollar, owners])
      expect((await caughtUp()).tokenTotals[0]).to.include({ fees, collected: fees })
    })

    it('is row by row what an index that starts now makes of the chain', async () => {
      await caughtUp()
      const height = await market.height()
      expect(await dumpFresh(anvil.rpcUrl, market.deployment, height)).to.deep.equal(
        await dump(running.store),
      )
    })
  })
})
