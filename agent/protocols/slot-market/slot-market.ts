import { EventEmitter } from 'eventemitter3'
import { type Domain, hashOrder, hashSlotReading } from '../../../protocol/eip712.ts'
import { RefusedError } from '../../../protocol/errors.ts'
import { verifyDigest } from '../../../protocol/signature.ts'
import type { Address, Hex, MarketOrder, Signed, SlotReading } from '../../../protocol/types.ts'
import type { SlotsAsk } from '../../../protocol/wire/catch-up.ts'
import { worstCost } from '../../market/clearing.ts'
import type { MarketRules } from '../../market/market-rules.ts'
import { nextSlot, slotTimes } from '../../market/slot-times.ts'
import { abortable, either } from '../../network/abortable.ts'
import { guarded } from '../../platform/guarded.ts'
import type { Policy } from '../../policy/limits.ts'
import { RelayBudget } from '../../policy/relay-budget.ts'
import { hasGoneBack, isFinal, isSameReceipt, type SlotReceipt } from '../../policy/slot-receipt.ts'
import type { SlotRecords } from '../../policy/slot-records.ts'
import type { Cache, CatchUp } from '../catch-up.ts'
import type { GossipComponents } from '../gossip-topic.ts'
import { checkSlot, checkSteps } from './check-order.ts'
import { checkGiven, type SlotMarketInit, type SlotWish } from './inputs.ts'
import { checkMember, Members } from './members.ts'
import { SlotCatchUp } from './slot-catch-up.ts'
import { SlotChain, type SlotChainComponents } from './slot-chain.ts'
import { SlotDeeds } from './slot-deeds.ts'
import { SlotFollower } from './slot-follower.ts'
import { SlotGossip } from './slot-gossip.ts'
import { type Followed, SlotKeeper } from './slot-keeper.ts'
import { SlotPool } from './slot-pool.ts'

export interface SlotMarketComponents extends Omit<SlotChainComponents, 'signal'> {
  gossip: GossipComponents
  catchUp: CatchUp
  /** EIP-712 domain of the clearing house. */
  domain: Domain
  records: SlotRecords
  policy: Policy
  report: (error: unknown) => void
}

/**
 * One energy market as an agent takes part in it: slots without an operator. Orders travel by gossip, relayers submit them
 * in turns, and whoever was left out submits its own. After the gate the chain finds the price; after the slot meters answer.
 */
export class SlotMarket {
  /** The hash of its rules. */
  readonly id: Hex
  readonly rules: MarketRules
  readonly #components: SlotMarketComponents
  readonly #init: SlotMarketInit
  readonly #leaving = new AbortController()
  readonly #orders = new SlotPool<MarketOrder>()
  readonly #readings = new SlotPool<SlotReading>()
  readonly #members: Members
  readonly #onChain: SlotChain
  readonly #gossip: SlotGossip
  readonly #catchUp: SlotCatchUp
  readonly #follower: SlotFollower
  readonly #keeper: SlotKeeper
  readonly #events = new EventEmitter<{ receipt: [SlotReceipt] }>()
  /** Slots that are being ordered for. */
  readonly #ordering = new Set<bigint>()
  #now = 0n

  constructor(components: SlotMarketComponents, init: SlotMarketInit) {
    const { gossip, catchUp, market, rules, records, report, domain, chain } = components
    const network = chain.deployment
    const agent = gossip.identity.address
    this.id = market
    this.rules = rules
    this.#components = components
    this.#init = init
    this.#members = new Members(components)
    this.#onChain = new SlotChain({ ...components, signal: this.#leaving.signal })
    const heard = { orders: this.#orders, readings: this.#readings }
    this.#gossip = new SlotGossip({
      ...{ gossip, domain, market, marketRules: rules, members: this.#members, ...heard },
      network,
      now: () => this.#now,
    })
    this.#catchUp = new SlotCatchUp({
      ...{ node: gossip.node, network, market, catchUp, gossip: this.#gossip },
      signal: this.#leaving.signal,
    })
    this.#follower = new SlotFollower({ onChain: this.#onChain, agent, rules })
    const ownOrder = (slot: bigint) => records.orderOf(market, slot)
    const budget = new RelayBudget(components.policy, records)
    const budgetOf = (slot: bigint, now: bigint) => budget.of(market, slot, now)
    const deeds = new SlotDeeds({ onChain: this.#onChain, rules, agent, ...heard, ownOrder, budgetOf })
    this.#keeper = new SlotKeeper({
      ...{ market, rules, agent, deeds, records, report },
      relays: init.relay ?? false,
      now: () => this.#onChain.now(),
      heads: () => this.#onChain.heads(),
      heard: () => [...new Set([...this.#orders.slots(), ...this.#readings.slots()])],
      follow: (slot, now) => this.#follow(slot, now),
      onTime: (now) => this.#onTime(now),
      signal: this.#leaving.signal,
    })
  }

  /** Listens, and goes on with what was begun. @param now Unix seconds, as the chain counts them */
  start(now: bigint): void {
    this.#recall()
    this.#onTime(now)
    this.#gossip.join()
    this.#catchUp.start()
    this.#keeper.start()
  }

  /** @param reason what those who wait reject with */
  stop(reason: unknown): void {
    this.#leaving.abort(reason)
    this.#catchUp.stop()
    this.#keeper.stop()
  }

  /** What a neighbour's question about this market is answered from. */
  cacheOf(ask: SlotsAsk): Cache {
    return this.#catchUp.cacheOf(ask)
  }

  /** The first slot that can still be ordered for in time for relayers. @throws ChainError when the chain does not answer */
  async nextSlot(): Promise<bigint> {
    return nextSlot(this.rules, await this.#onChain.now())
  }

  /**
   * What this agent pays for the grid, besides the price, on each kWh that it buys or sells: minor units. An order signs it.
   *
   * @throws RefusedError `NOT_MEMBER`; ChainError when the chain does not answer
   */
  async tariff(): Promise<bigint> {
    const { address } = this.#components.gossip.identity
    const membership = await this.#members.fresh(address)
    checkMember(address, membership.tariff, membership)
    return membership.tariff
  }

  /**
   * Orders for a slot: once, and for good. It is on disk before others hear of it, and gets into the book by a relayer, or
   * by this agent itself shortly before the gate.
   *
   * @returns what is known of it, of which `onReceipt` tells more
   * @throws RefusedError `ORDER_REFUSED`, `SLOT_CLOSED`, `NOT_MEMBER`, `ALREADY_ORDERED` or `BALANCE_TOO_LOW`, or that of
   *   `Gossip.sign`; ChainError when the chain does not answer; what `signal` was aborted with before it was signed
   */
  async order(wish: SlotWish, options: { signal?: AbortSignal } = {}): Promise<SlotReceipt> {
    checkGiven('order', { wish, options })
    const until = either(this.#leaving.signal, options.signal)
    const slot = wish.slot ?? (await abortable(() => this.nextSlot(), until))
    const { records, gossip } = this.#components
    if (this.#ordering.has(slot) || records.orderOf(this.id, slot) || records.receiptOf(this.id, slot)) {
      throw alreadyOrdered(slot)
    }
    this.#ordering.add(slot)
    try {
      const order = await abortable(() => this.#check(wish, slot, gossip.identity.address), until)
      const signed = await this.#gossip.signOrder(order)
      until.throwIfAborted()
      await records.addOrder(bare(signed))
      const receipt = this.#follower.begin(signed)
      await this.#tell(receipt)
      this.#orders.add(signed)
      this.#keeper.keepOwn(slot)
      // Whether or not anybody hears of it, it gets in.
      await this.#gossip.publishOrder(signed).catch(this.#components.report)
      return receipt
    } finally {
      this.#ordering.delete(slot)
    }
  }

  /** What came of an own order; undefined when there was none. */
  receipt(slot: bigint): SlotReceipt | undefined {
    return this.#components.records.receiptOf(this.id, slot)
  }

  /** What came of own orders, those of the last thousand slots. */
  receipts(): SlotReceipt[] {
    return this.#components.records.receipts(this.id)
  }

  /** Own orders of which something is still to come. */
  positions(): SlotReceipt[] {
    return this.receipts().filter((receipt) => !isFinal(receipt))
  }

  /** Calls `fn` after each change of a receipt. @returns a function that ends it */
  onReceipt(fn: (receipt: SlotReceipt) => void): () => void {
    checkGiven('onReceipt', { fn })
    const listener = guarded(fn, this.#components.report)
    this.#events.on('receipt', listener)
    return () => this.#events.off('receipt', listener)
  }

  /**
   * Waits until the receipt of a slot fulfils `test`.
   *
   * @throws what `signal` was aborted with; RefusedError `DISCONNECTED` when the agent leaves
   */
  async until(
    slot: bigint,
    test: (receipt: SlotReceipt) => boolean,
    options: { signal?: AbortSignal } = {},
  ): Promise<SlotReceipt> {
    checkGiven('until', { slot, test, options })
    const { promise, resolve } = Promise.withResolvers<SlotReceipt>()
    const offer = (receipt: SlotReceipt | undefined) => {
      if (receipt?.slot === slot && test(receipt)) resolve(receipt)
    }
    const stop = this.onReceipt(offer)
    offer(this.receipt(slot))
    return abortable(() => promise, either(this.#leaving.signal, options.signal)).finally(stop)
  }

  /** Orders of others and oneself that were heard for a slot, each signed. */
  heard(slot: bigint): Signed<MarketOrder>[] {
    return this.#orders.of(slot).map(bare)
  }

  /** Readings that were heard for a slot, each signed by a meter. */
  readings(slot: bigint): Signed<SlotReading>[] {
    return this.#readings.of(slot).map(bare)
  }

  async #check({ side, steps }: SlotWish, slot: bigint, account: Address): Promise<MarketOrder> {
    const tariff = await this.tariff()
    const order = { market: this.id, slot, account, side, tariff, steps: steps.map((step) => ({ ...step })) }
    checkSteps(order, this.rules)
    checkSlot(slot, this.rules, await this.#onChain.now())
    const [cost, balance] = [worstCost(order, this.rules), await this.#onChain.balanceOf(account)]
    if (cost > balance) throw uncovered(cost, balance)
    return order
  }

  async #follow(slot: bigint, now: bigint): Promise<Followed> {
    const { records } = this.#components
    const order = records.orderOf(this.id, slot)
    if (order === undefined) return { isFinal: true, isChanged: false, hasGoneBack: false }
    const known = records.receiptOf(this.id, slot) ?? this.#follower.begin(order)
    const receipt = await this.#follower.follow(order, now)
    const isChanged = !isSameReceipt(known, receipt)
    if (isChanged) await this.#tell(receipt)
    if (receipt.stage === 'cleared') await this.#read(receipt, now)
    return { isFinal: isFinal(receipt), isChanged, hasGoneBack: hasGoneBack(known, receipt) }
  }

  /** Asks the meter, and tells others what it says. */
  async #read({ slot, account }: SlotReceipt, now: bigint): Promise<void> {
    const { meter: reader } = this.#init
    const { begin, end, scheduleFrom } = slotTimes(this.rules, slot)
    if (reader === undefined || now < end || now >= scheduleFrom || this.#readings.has(slot, account)) return
    const reading = await reader({ market: this.id, slot, account, begin, end }, this.#leaving.signal)
    if (reading === undefined) return
    const { meter } = await this.#members.of(account, () => true)
    const { value, signature } = reading
    if (value.market !== this.id || value.slot !== slot || value.account !== account) throw wrongReading(slot)
    const hash = hashSlotReading(this.#components.domain, value)
    verifyDigest(hash, signature, meter)
    const heard = { value, signature, hash, signer: meter }
    this.#readings.keep(heard)
    await this.#gossip.publishReading(heard)
  }

  async #tell(receipt: SlotReceipt): Promise<void> {
    await this.#components.records.addReceipt(receipt)
    this.#events.emit('receipt', receipt)
  }

  /** Own orders that an earlier process gave, which neighbours may have missed. */
  #recall(): void {
    const { records, domain } = this.#components
    for (const slot of records.open(this.id)) {
      const order = records.orderOf(this.id, slot)
      if (order === undefined) continue
      this.#orders.add({ ...order, hash: hashOrder(domain, order.value), signer: order.value.account })
    }
  }

  #onTime(now: bigint): void {
    this.#now = now
    const isOver = (slot: bigint) => now >= slotTimes(this.rules, slot).over
    this.#orders.prune((slot) => now >= slotTimes(this.rules, slot).gate)
    this.#readings.prune(isOver)
  }
}

const bare = <T>({ value, signature }: Signed<T>): Signed<T> => ({ value, signature })

function alreadyOrdered(slot: bigint): RefusedError {
  return new RefusedError('ALREADY_ORDERED', 'There is an order for this slot already.', {
    field: 'order.slot',
    expected: 'a slot without one',
    received: slot,
    remedy: 'Put all that you want of a slot into the steps of one order: it is signed once, and for good.',
  })
}

function uncovered(cost: bigint, balance: bigint): RefusedError {
  return new RefusedError('BALANCE_TOO_LOW', 'The ledger balance does not cover what an order may cost.', {
    field: 'order.steps',
    expected: `a balance of at least ${cost}`,
    received: balance,
    remedy: 'Pay in (`account.ensureBalance`), or order less: an order that is not covered is void.',
  })
}

function wrongReading(slot: bigint): RefusedError {
  return new RefusedError('READING_WRONG', 'A meter gave the reading of something else.', {
    field: 'reading',
    expected: `slot ${slot} of this account in this market`,
    received: 'another market, slot or account',
    remedy: 'Have the `MeterReader` answer what it is asked for, or give nothing.',
  })
}
