import { getAddress, keccak256, type PublicClient, stringToHex } from 'viem'
import { type HDAccount, privateKeyToAccount } from 'viem/accounts'
import { clearedOf, submissionsOf } from '../../../agent/chain/actions/clearing-events.ts'
import * as house from '../../../agent/chain/actions/clearing-house.ts'
import { type Call, callTo } from '../../../agent/chain/call.ts'
import {
  type MarketRules,
  nextSlot,
  readVoided,
  recompute,
  type SlotTimes,
  slotTimes,
  unpackBook,
} from '../../../agent/index.ts'
import { clearingHouseAbi } from '../../../protocol/abis/index.ts'
import { clearingDomain, clearingHouseOf } from '../../../protocol/deployment.ts'
import { hashOrder, hashSlotReading } from '../../../protocol/eip712.ts'
import type { Address, Hex, PriceStep, Side } from '../../../protocol/types.ts'
import { account, type Market } from './market.ts'

/** An order that a member is to sign. */
export interface Wish {
  member: HDAccount
  side: Side
  steps: PriceStep[]
}

const RULES = {
  ...{ slotLength: 900n, gateLead: 300n, readingWindow: 3_600n },
  ...{ minPrice: -500_000n, maxPrice: 1_000_000n, retailPrice: 300_000n, excessPrice: 80_000n },
}

/** Acts on an energy market of its own: members, orders, clearings, readings. */
export class EnergyMarket {
  readonly house: Address
  readonly id: Hex
  readonly rules: MarketRules
  readonly tariff: bigint
  readonly #market: Market
  readonly #operator: HDAccount
  readonly #client: PublicClient

  private constructor(market: Market, operator: HDAccount, id: Hex, rules: MarketRules, tariff: bigint) {
    this.#market = market
    this.#operator = operator
    this.#client = market.client as PublicClient
    this.house = clearingHouseOf(market.deployment)
    this.id = id
    this.rules = rules
    this.tariff = tariff
  }

  /**
   * @param operator has joined; administers, and answers for deviations
   * @param tariff what all members pay, in minor units per kWh; another one for each market
   */
  static async create(market: Market, operator: HDAccount, tariff: bigint): Promise<EnergyMarket> {
    const own = { admin: operator.address, attester: operator.address, balancing: operator.address }
    const { testDollar: token } = market.deployment.contracts
    const rules = { ...own, token, feeAccount: account(8).address, ...RULES, capacity: 10_000n + tariff }
    const at = clearingHouseOf(market.deployment)
    const id = await house.marketIdOf(market.client as PublicClient, at, rules)
    const created = new EnergyMarket(market, operator, id, rules, tariff)
    await created.send(operator, house.createMarket(at, rules))
    return created
  }

  /** Admits members and registers a meter for each. */
  async admit(members: HDAccount[]): Promise<void> {
    const { tariff } = this
    const list = members.map(({ address }) => ({ account: address, tariff }))
    const meters = members.map(({ address }) => ({ account: address, meter: meterOf(address).address }))
    await this.send(this.#operator, house.admit(this.house, this.id, list))
    await this.send(this.#operator, house.registerMeters(this.house, this.id, meters))
  }

  async dismiss(members: HDAccount[]): Promise<void> {
    const accounts = members.map(({ address }) => address)
    const args = [this.id, accounts] as const
    await this.send(
      this.#operator,
      callTo(this.house, { abi: clearingHouseAbi, functionName: 'dismiss', args }),
    )
  }

  /** The first slot that can still be ordered for. */
  async nextSlot(): Promise<bigint> {
    return nextSlot(this.rules, await this.#market.now())
  }

  timesOf(slot: bigint): SlotTimes {
    return slotTimes(this.rules, slot)
  }

  /** Members sign, and one of them submits. */
  async submit(slot: bigint, wishes: Wish[], sender = this.#operator): Promise<void> {
    const domain = clearingDomain(this.#market.deployment)
    const orders = wishes.map(async ({ member, side, steps }) => {
      const value = { market: this.id, slot, account: member.address, side, tariff: this.tariff, steps }
      return { value, signature: await member.sign({ hash: hashOrder(domain, value) }) }
    })
    await this.send(sender, house.submit(this.house, this.id, slot, await Promise.all(orders)))
  }

  /** Clears a slot right after its gate. */
  async clear(slot: bigint): Promise<void> {
    await this.at(this.timesOf(slot).gate)
    const book = await this.#bookOf(slot)
    await this.send(this.#operator, house.clear(this.house, this.id, slot, book, 0n))
  }

  /** After the slot, settles positions by what their meters saw; Wh that each account drew and fed in. */
  async read(slot: bigint, metered: Map<Address, { imported: bigint; exported: bigint }>): Promise<void> {
    if ((await this.#market.now()) < this.timesOf(slot).end) await this.at(this.timesOf(slot).end)
    const domain = clearingDomain(this.#market.deployment)
    const claims = (await this.#claimsOf(slot)).filter(({ position }) => metered.has(position.account))
    const readings = claims.map(async (claim) => {
      const of = claim.position.account
      const seen = metered.get(of) ?? { imported: 0n, exported: 0n }
      const value = { market: this.id, slot, account: of, ...seen }
      const signature = await meterOf(of).sign({ hash: hashSlotReading(domain, value) })
      return { claim, reading: { value, signature } }
    })
    const list = await Promise.all(readings)
    await this.send(this.#operator, house.settleReadings(this.house, this.id, slot, list))
  }

  /** When readings count no more, settles all that is left as it was scheduled. */
  async settleBySchedule(slot: bigint): Promise<void> {
    const { scheduleFrom } = this.timesOf(slot)
    if ((await this.#market.now()) < scheduleFrom) await this.at(scheduleFrom)
    const claims = await this.#claimsOf(slot)
    await this.send(this.#operator, house.settleSchedules(this.house, this.id, slot, claims))
  }

  /** Gives the chain a block of this time. */
  async at(timestamp: bigint): Promise<void> {
    await this.#market.test.setNextBlockTimestamp({ timestamp })
    await this.#market.test.mine({ blocks: 1 })
  }

  async send(from: HDAccount, { to, data }: Call): Promise<void> {
    await this.#market.sendRaw(from, to, data)
  }

  async #bookOf(slot: bigint): Promise<bigint[]> {
    const logs = await submissionsOf(this.#client, this.#logs(slot))
    return logs.flatMap(({ args }) => args.book)
  }

  async #claimsOf(slot: bigint) {
    const orders = unpackBook(await this.#bookOf(slot))
    const cleared = await clearedOf(this.#client, this.#logs(slot))
    if (cleared === undefined) throw new Error(`slot ${slot} was not cleared`)
    const { voided, root } = cleared.args
    const { claims } = recompute(orders, readVoided(voided, orders.length), this.rules, root)
    return claims.map(({ position, proof }) => ({
      position: { ...position, account: getAddress(position.account) },
      proof,
    }))
  }

  #logs(slot: bigint) {
    return { house: this.house, market: this.id, slot, fromBlock: 0n }
  }
}

/** The key of an account's meter. */
function meterOf(address: Address) {
  return privateKeyToAccount(keccak256(stringToHex(`meter of ${address}`)))
}
