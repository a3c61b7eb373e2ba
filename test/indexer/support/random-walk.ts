import type { HDAccount } from 'viem/accounts'
import { identityRegistryAbi, ledgerAbi, stakeVaultAbi } from '../../../protocol/abis/index.ts'
import type { Agreement } from '../../../protocol/types.ts'
import type { Market } from './market.ts'
import type { Random } from './random.ts'

/** Does something at random on a market, of every kind that the index keeps. */
export async function randomStep(market: Market, random: Random, members: HDAccount[]): Promise<void> {
  const buyer = random.pick(members)
  const seller = random.pick(members.filter((member) => member !== buyer))
  const { treasury, testDollar, identityRegistry, intentEscrow } = market.deployment.contracts
  const terms: Partial<Agreement> = {
    quantity: BigInt(1 + random.below(5_000)),
    price: BigInt(1_000 + random.below(300_000)),
    exposure: BigInt(random.below(3) * 100),
  }
  const agreement = await market.draft(buyer, seller, terms)
  const steps: (() => Promise<unknown>)[] = [
    () => market.open(buyer, seller, agreement),
    () => market.trade(buyer, seller, terms),
    () => market.trade(buyer, seller, terms),
    () => market.revoke(buyer, agreement),
    () => market.spotTrade(buyer, seller, { quantity: terms.quantity ?? 1n }),
    async () => {
      await market.open(buyer, seller, agreement)
      await market.cancel(seller, agreement)
    },
    async () => {
      await market.open(buyer, seller, agreement)
      await market.deliver(seller, agreement, BigInt(1 + random.below(Number(agreement.quantity))))
      await (random.below(2) === 0 ? market.dispute(buyer, agreement) : market.claim(buyer, agreement))
    },
    () => market.send(buyer, treasury, ledgerAbi, 'collectFees', [testDollar, [seller.address]]),
    async () => {
      await market.open(buyer, seller, agreement)
      await market.pass(3_601)
      await market.refund(seller, agreement)
    },
    () => market.deposit(buyer, BigInt(1 + random.below(1_000))),
    async () => {
      await market.send(buyer, treasury, ledgerAbi, 'requestWithdrawal', [testDollar, 10n])
      await market.pass(3 * 24 * 3600)
      await market.send(buyer, treasury, ledgerAbi, 'withdraw', [testDollar, buyer.address])
    },
    () => market.register(buyer, `https://agents.example/${random.below(1_000)}`),
    () => market.send(buyer, identityRegistry, identityRegistryAbi, 'register', []),
    async () => {
      const agentId = await market.register(buyer, '')
      const args = [buyer.address, seller.address, agentId]
      await market.send(buyer, identityRegistry, identityRegistryAbi, 'transferFrom', args)
      await market.send(seller, treasury, stakeVaultAbi, 'stake', [agentId, intentEscrow, 7n])
    },
    () => market.test.mine({ blocks: 1 + random.below(5) }),
  ]
  await random.pick(steps)()
}
