import { numberToHex } from 'viem'
import type { HDAccount } from 'viem/accounts'
import {
  identityRegistryAbi,
  ledgerAbi,
  reputationRegistryAbi,
  stakeVaultAbi,
} from '../../../protocol/abis/index.ts'
import type { Agreement } from '../../../protocol/types.ts'
import { EnergyMarket, type Wish } from './energy.ts'
import { answer, askValidator, rate, remark, takeBack, validate } from './feedback.ts'
import { LearningRound } from './learning.ts'
import { account, type Market } from './market.ts'
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
    () => rateAtRandom(market, random, buyer, seller),
    () => rateAtRandom(market, random, buyer, seller),
    async () => {
      const requestHash = numberToHex(++requests, { size: 32 })
      await askValidator(market, seller, buyer, agreement.agentId, requestHash)
      if (random.below(3) > 0) await validate(market, buyer, requestHash, random.below(101))
    },
    () => clearAtRandom(market, random, members),
  ]
  await random.pick(steps)()
}

/** Feedback behind a trade or a dispute, below or above an owner's cap, with a remark, an answer, or taken back. */
async function rateAtRandom(
  market: Market,
  random: Random,
  buyer: HDAccount,
  seller: HDAccount,
): Promise<void> {
  const quantity = 10n ** BigInt(5 + random.below(4))
  const agreement = await market.draft(buyer, seller, { quantity, price: 200_000n })
  const { agentId } = agreement
  await market.open(buyer, seller, agreement)
  if (random.below(2) === 0) await market.settle(buyer, agreement)
  else {
    await market.deliver(seller, agreement)
    await market.dispute(buyer, agreement)
  }
  await rate(market, buyer, agreement, BigInt(random.below(101)))
  const index = await lastIndexOf(market, agentId, buyer)
  if (random.below(3) === 0) await remark(market, buyer, agentId, { value: BigInt(random.below(1_000)) })
  if (random.below(3) === 0) await answer(market, seller, { agentId, client: buyer.address, index })
  if (random.below(3) === 0) await takeBack(market, buyer, agentId, index)
}

/** So that no two are the same, which the chain refuses: walks of one seed may meet on a chain. */
let markets = 0
let requests = 0
let tasks = 0n

/** A slot of an energy market of its own, which may lapse, or end at any stage. */
async function clearAtRandom(market: Market, random: Random, members: HDAccount[]): Promise<void> {
  const operator = random.pick(members)
  const energy = await EnergyMarket.create(market, operator, BigInt(1_000 * markets++ + random.below(1_000)))
  // Number 6 has no money, so its orders are void.
  const accounts = [...members, account(6)]
  await energy.admit(accounts)
  const slot = await energy.nextSlot()
  const wishes = accounts.map((member): Wish => {
    const side = random.below(2) === 0 ? 'buy' : 'sell'
    const price = BigInt(random.below(200_000)) - 20_000n
    const further = side === 'buy' ? price - 10_000n : price + 10_000n
    const step = (at: bigint) => ({ price: at, quantity: BigInt(1 + random.below(2_000)) })
    return { member, side, steps: random.below(2) === 0 ? [step(price)] : [step(price), step(further)] }
  })
  await energy.submit(slot, wishes.slice(0, 2))
  if (random.below(4) > 0) await energy.submit(slot, wishes.slice(2))
  if (random.below(5) === 0) return
  await energy.clear(slot)
  const metered = members.slice(0, random.below(members.length + 1)).map(({ address }) => {
    return [
      address,
      { imported: BigInt(random.below(2_000)), exported: BigInt(random.below(2_000)) },
    ] as const
  })
  await energy.read(slot, new Map(metered))
  if (random.below(2) === 0) await energy.settleBySchedule(slot)
  if (random.below(4) === 0) await energy.dismiss(members.slice(0, 1))
}

/**
 * A round of learning that is taken back, that nobody ends, or that makes a model. It is no `randomStep`, because not all
 * that it moves in the ledger and the vault is told by events.
 */
export async function learnAtRandom(market: Market, random: Random, members: HDAccount[]): Promise<void> {
  const requester = random.pick(members)
  const participant = random.pick(members.filter((member) => member !== requester))
  const { agentId } = await market.draft(requester, participant)
  const round = await LearningRound.open(market, requester, ++tasks)
  if (random.below(3) === 0) return round.cancel()
  await round.commit(participant, agentId, 'an update')
  await round.pass('commitUntil')
  if (random.below(3) === 0) {
    await round.pass('revealUntil')
    return round.slash(0)
  }
  await round.reveal(participant, 0, 'an update')
  await round.pass('attestUntil')
  if (random.below(2) === 0) await round.propose(participant, 'a model')
  await round.pass('closeAt')
  await round.settle()
  await round.claim(0)
}

async function lastIndexOf(market: Market, agentId: bigint, client: HDAccount): Promise<bigint> {
  return market.client.readContract({
    address: market.deployment.contracts.reputationRegistry,
    abi: reputationRegistryAbi,
    functionName: 'getLastIndex',
    args: [agentId, client.address],
  })
}
