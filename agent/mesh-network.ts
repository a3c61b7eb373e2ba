import type { Address, Hex } from '../protocol/types.ts'
import { type BargainOptions, bargain } from './bargaining.ts'
import { inTurns, type Turns } from './in-turns.ts'
import { checkArguments } from './inputs.ts'
import { checkDraft, type IntentDraft, intentOf } from './intent-draft.ts'
import { iterate } from './iterate.ts'
import type { Abortable } from './lifecycle.ts'
import { machineTime } from './machine-time.ts'
import { MeshMarkets } from './mesh-markets.ts'
import { listeningAt } from './network/joining.ts'
import { guarded } from './platform/guarded.ts'
import type { Deal } from './policy/deal.ts'
import { reputationOf } from './policy/reputation.ts'
import type {
  AgentQuery,
  ChallengeOutcome,
  FoundAgent,
  Probe,
  ReceivedCapability,
} from './protocols/agent-discovery/index.ts'
import type { ReceivedIntent } from './protocols/intent-discovery/index.ts'
import type {
  DeliveryHandler,
  DisputeHandler,
  OfferHandler,
  OfferOptions,
  Outcome,
  Proposal,
} from './protocols/negotiation/index.ts'
import {
  type RequestOptions,
  type ServiceHandler,
  type ServiceOptions,
  type SignedAnswer,
  serviceAt,
} from './protocols/services/index.ts'
import type { Limits } from './strategy/index.ts'

/**
 * One agent in the mesh: it finds others, negotiates, trades and settles.
 *
 * What waits for network or chain takes `{ signal }`, and rejects with its reason when it is aborted; with ConfigError
 * `NOT_CONNECTED` before `connect`, and RefusedError `DISCONNECTED` when the agent leaves meanwhile. What a method cannot
 * use of what it is given is ConfigError `ARGUMENT_INVALID`, and a name that it does not know `OPTION_UNKNOWN`.
 *
 * @example
 * ```ts
 * const network = new MeshNetwork({ bootstrapPeers, capabilities: ['energy.supply'] })
 * await network.connect()
 * network.subscribeToIntents(({ value }) => console.log(value.agent, 'wants', value.quantity, 'Wh'))
 * ```
 */
export class MeshNetwork extends MeshMarkets {
  /**
   * Puts this agent's standing on chain in order: registered, staked, with a prefunded balance; and tells the mesh.
   * What is there already is not done again.
   *
   * @param standing.agentURI where its registration file is
   * @param standing.stake minor units of the stake token
   * @param standing.balance minor units of the payment token
   * @throws ChainError when the chain refuses, most often because the key has no gas money (`INSUFFICIENT_FUNDS`) or no tokens
   */
  async enroll(
    standing: { agentURI: string; stake: bigint; balance: bigint },
    options: Abortable = {},
  ): Promise<bigint> {
    checkArguments('enroll', { standing, options })
    return this.lifecycle.wait(options, async (signal) => {
      const { account } = this.trade
      const agentId = await account.ensureRegistered(standing.agentURI, { signal })
      await account.ensureStake(standing.stake, { signal })
      await account.ensureBalance(standing.balance, { signal })
      await this.connected.announcer.announce()
      return agentId
    })
  }

  /**
   * Calls `fn` with each new intent of others.
   *
   * @param options.turns shares them out among the agents that can answer: for those that offer to whatever they hear
   * @returns a function that ends it
   */
  subscribeToIntents(fn: (intent: ReceivedIntent) => void, options: { turns?: Turns } = {}): () => void {
    checkArguments('subscribeToIntents', { fn, options })
    const { turns } = options
    const { intents, agents } = this.connected
    const guardedFn = guarded(fn, this.onError)
    if (turns === undefined) return intents.subscribe(guardedFn)
    const { hear, end } = inTurns(guardedFn, turns, {
      agent: this.address,
      capable: (capability) => agents.capable(capability),
      isOpen: (hash) => intents.isOpen(hash),
    })
    const unsubscribe = intents.subscribe(hear)
    return () => {
      unsubscribe()
      end()
    }
  }

  /**
   * As `subscribeToIntents`, as a loop; a slow one misses the oldest of more than a thousand that wait.
   *
   * @example for await (const intent of network.intents()) await network.offer(intent, bid, { duration: 60n })
   */
  intents(options: Abortable = {}): AsyncIterable<ReceivedIntent> {
    checkArguments('intents', { options })
    return iterate((fn) => this.subscribeToIntents(fn), this.lifecycle.until(options))
  }

  /** Calls `fn` with each new or renewed capability record. @returns a function that ends it */
  subscribeToCapabilities(fn: (record: ReceivedCapability) => void): () => void {
    checkArguments('subscribeToCapabilities', { fn })
    return this.connected.agents.subscribe(guarded(fn, this.onError))
  }

  /** Others' intents that can still be answered. */
  openIntents(): ReceivedIntent[] {
    return this.connected.intents.open()
  }

  /**
   * Signs an intent and spreads it; it takes the place of an earlier one for the same delivery. `onError` hears
   * `BALANCE_TOO_LOW` of a purchase that could not be paid for, and once `CHAIN_REQUIRED` where no chain lets others answer.
   *
   * @throws RefusedError when it is out of its bounds, or others would not carry it: `DELIVERY_OVER`, `AGENT_BANNED`,
   *   `STAKE_TOO_LOW`, `REPUTATION_TOO_LOW`, `QUOTA_EXCEEDED`, `TOO_MANY_INTENTS`, `PROTOCOL_SUNSET`
   */
  async publishIntent(intent: IntentDraft, options: Abortable = {}): Promise<ReceivedIntent> {
    checkArguments('publishIntent', { intent, options })
    checkDraft(intent, machineTime())
    return this.lifecycle.wait(options, async (signal) => {
      const { intents, membership, node } = this.connected
      const maker = { agent: this.address, area: membership.area, endpoints: listeningAt(node) }
      const published = await intents.publish(intentOf(intent, maker, machineTime()), { signal })
      this.tellUnanswerable()
      this.parts?.trade?.negotiation.checkPayable(published).catch(this.onError)
      return published
    })
  }

  /**
   * Finds agents by what they claim, where they are, and what the chain says of them.
   *
   * @param query in the language of queries, or as its parts; without a limit sixteen agents are wanted
   * @returns within ten seconds; nearest first where a distance is asked for, else those of the best reputation, in steps of
   *   a tenth; by lot among those that are as good, and last those that could not be reached of late
   * @throws QueryError; ConfigError `CHAIN_REQUIRED` and ChainError `STANDING_UNREADABLE` when reputation or stake is asked
   *   for and there is no chain, or it does not answer. Where nobody is found because a name is most likely wrong,
   *   `onError` hears it (`CAPABILITY_UNKNOWN`).
   * @example
   * ```ts
   * await network.discoverAgents({ capabilities: ['image-generation'], minReputation: 0.8 })
   * await network.discoverAgents('data.fx where pair = EUR/USD and period covers 2021-01..2024-12 within 50 km')
   * ```
   */
  async discoverAgents(query: AgentQuery | string, options: Abortable = {}): Promise<FoundAgent[]> {
    checkArguments('discoverAgents', { query, options })
    return this.lifecycle.wait(options, (signal) => this.connected.agents.discover(query, signal))
  }

  /** As `discoverAgents`, each agent as soon as it is found; to break off the loop ends the search. */
  agents(query: AgentQuery | string, options: Abortable = {}): AsyncIterable<FoundAgent> {
    checkArguments('agents', { query, options })
    return this.connected.agents.find(query, this.lifecycle.until(options))
  }

  /**
   * Challenges an agent with a canary task: a question whose answer is known. One that fails is not believed for a day,
   * it is held against its peer, and `onError` hears of it (`CANARY_FAILED`, with the signed record as its cause).
   *
   * @param probe asks the service, and says whether the answer is right; when it throws, nothing is held against the agent
   */
  async challenge(agent: FoundAgent, probe: Probe, options: Abortable = {}): Promise<ChallengeOutcome> {
    checkArguments('challenge', { agent, probe, options })
    const { record } = agent
    return this.lifecycle.wait(options, (signal) => this.connected.agents.challenge(record, probe, signal))
  }

  /** Sets who decides about offers to own intents; without one all are declined. Without a chain none can come: see `publishIntent`. */
  onOffer(handler: OfferHandler): void {
    checkArguments('onOffer', { handler })
    this.handlers.offer = handler
    this.parts?.trade?.negotiation.onOffer(handler)
    this.tellUnanswerable()
  }

  /** Sets who decides whether a delivery fulfils a deal; without one the agreed quantity does. See `DeliveryHandler`. */
  onDelivery(handler: DeliveryHandler): void {
    checkArguments('onDelivery', { handler })
    this.handlers.delivery = handler
    this.parts?.trade?.settlement.onDelivery(handler)
  }

  /**
   * Sets who decides whether a delivery that was reported on chain, and that this agent refuses, is contested. Without
   * one it is where that changes something: the conditions name an arbitrator, or a split that leaves the buyer a part.
   */
  onDispute(handler: DisputeHandler): void {
    checkArguments('onDispute', { handler })
    this.handlers.dispute = handler
    this.parts?.trade?.settlement.onDispute(handler)
  }

  /**
   * Opens the stream to an intent's maker, which an offer then uses: promise nothing to one that cannot be reached.
   *
   * @throws RefusedError `PEER_UNREACHABLE`, or `PROTOCOL_SUNSET`
   */
  async reach(intent: ReceivedIntent, options: Abortable = {}): Promise<void> {
    checkArguments('reach', { intent, options })
    const { peerId, value } = intent
    await this.lifecycle.wait(options, async () => this.trade.channels.toNew(peerId, value.endpoints))
  }

  /**
   * Offers to an intent and bargains to the end. Without `options.decide`, counter-offers are accepted as they come.
   *
   * @throws RefusedError `BALANCE_TOO_LOW` or `STAKE_TOO_LOW` before anything is signed; when the maker cannot be reached,
   *   an own limit forbids it, or the network does
   */
  async offer(
    intent: ReceivedIntent,
    proposal: Proposal,
    options: Partial<OfferOptions> & Pick<OfferOptions, 'duration'>,
  ): Promise<Outcome> {
    checkArguments('offer', { intent, proposal, options })
    const accepting = { decide: () => ({ type: 'accept' }) as const, ...options }
    // Its signal does not end the wait once something was signed: it takes that back.
    return this.lifecycle.wait({}, async () => this.trade.negotiation.offer(intent, proposal, accepting))
  }

  /**
   * Bargains about an intent by a strategy, to the end: opens near the better of its limits and concedes to the other.
   *
   * @param limits prices between which this agent trades, in minor units per lot
   * @throws RefusedError as `offer` does
   * @example await network.negotiate(intent, { low: 80_000n, high: 300_000n }, { strategy: 'patient' })
   */
  async negotiate(intent: ReceivedIntent, limits: Limits, options: BargainOptions = {}): Promise<Outcome> {
    checkArguments('negotiate', { intent, limits, options })
    const bargaining = bargain(intent, limits, options)
    return this.offer(intent, bargaining.proposal, bargaining.options)
  }

  /**
   * Brings a deal to its end: waits until it is open, delivers when this agent sells, and waits until it is settled, or
   * ends otherwise.
   *
   * @param options.quantity what was delivered, by the seller's meter; by default all that was agreed
   * @returns the deal, with what came of it in `outcome`
   * @throws RefusedError `DEAL_NOT_OPEN` when there is no such deal, or it came to nothing
   */
  async settle(id: Hex, options: Abortable & { quantity?: bigint } = {}): Promise<Deal> {
    checkArguments('settle', { id, options })
    const { quantity, signal } = options
    return this.lifecycle.wait({ signal }, async (until) =>
      this.trade.settlement.bringToEnd(id, quantity, until),
    )
  }

  /**
   * Serves a capability: answers questions of other agents, each for its price. It holds until it is ended, over
   * reconnections too. To be found, name the capability in `capabilities` as well, with its price as an attribute `price`: that
   * is what an answer costs, unless `options` choose one of a range.
   *
   * @returns a function that ends it
   * @throws RefusedError `SERVICE_INVALID` when it is served already, an option is out of its bounds, or its price is not the
   *   one that is announced
   * @example network.serve('data.fx', (question) => rateAt(question), { price: 20_000n, ttl: 3600n })
   */
  serve(capability: string, handler: ServiceHandler, options: ServiceOptions = {}): () => void {
    checkArguments('serve', { capability, handler, options })
    return this.handlers.serve(() => this.parts, capability, handler, options)
  }

  /**
   * What an answer of an agent's service costs at present.
   *
   * @param options.capability which of its services; needed when it has several
   * @returns minor units of the payment token; 0n: nothing
   * @throws RefusedError `SERVICE_REFUSED`, `PEER_UNREACHABLE`, `AGENT_MISSING` or `CAPABILITY_UNCLEAR`; TimeoutError
   */
  async priceOf(
    agent: Pick<FoundAgent, 'record'> | undefined,
    options: Abortable & { capability?: string } = {},
  ): Promise<bigint> {
    checkArguments('priceOf', { agent, options })
    const { capability, signal } = options
    return this.lifecycle.wait({ signal }, () => this.connected.services.price(serviceAt(agent, capability)))
  }

  /**
   * Asks an agent's service, and pays for the answer when it has come: the first question opens an agreement that covers
   * many, each further one releases the payment for those before it.
   *
   * @param options.maxPrice most that an answer may cost, minor units of the payment token; 0n by default
   * @returns the answer with its agent's signature; from memory while it holds, in which case it costs nothing
   * @throws RefusedError `PRICE_TOO_HIGH`, `BALANCE_TOO_LOW`, `SERVICE_REFUSED`, `SERVICE_DECLINED`, `SPENDING_LIMIT`, `PEER_UNREACHABLE` `AGENT_MISSING` or
   *   `CAPABILITY_UNCLEAR`; ConfigError `CHAIN_REQUIRED`; TimeoutError; SignatureError
   * @example
   * ```ts
   * const [agent] = await network.discoverAgents('data.fx where pair = EUR/USD')
   * const { text } = await network.request(agent, '2024-01-02', { maxPrice: 20_000n })
   * ```
   */
  async request(
    agent: Pick<FoundAgent, 'record'> | undefined,
    question: Uint8Array | string,
    options: RequestOptions = {},
  ): Promise<SignedAnswer> {
    checkArguments('request', { agent, question, options })
    const body = typeof question === 'string' ? new TextEncoder().encode(question) : question
    return this.lifecycle.wait(options, async (signal) =>
      this.connected.services.request(serviceAt(agent, options.capability), body, {
        ...options,
        signal,
      }),
    )
  }

  /**
   * Takes an own offer back by a message, and ends its negotiation. An honest counterpart that has not accepted it will
   * not do so any more; one that has says so, and the deal stands. `cancelOffer` takes back for certain.
   *
   * @returns what came of it: declined as `withdrawn`, or agreed; after the expiry when the other side is silent
   * @throws RefusedError `DEAL_NOT_OPEN` when it was answered; `PEER_UNREACHABLE`
   */
  async withdrawOffer(id: Hex, options: Abortable = {}): Promise<Outcome> {
    checkArguments('withdrawOffer', { id, options })
    return this.lifecycle.wait(options, async () => this.trade.negotiation.withdraw(id))
  }

  /**
   * Delivers an open deal as its seller, and settles it with the buyer's release. A buyer that is silent, or refuses,
   * does not stop it: shortly before the deadline the delivery is reported on chain, and paid after the window.
   *
   * @param quantity what was delivered, by the seller's meter
   * @returns the deal: settled, or delivered while the buyer has not released it; `untilDeal` waits for its end
   * @throws RefusedError `DEAL_NOT_OPEN`, or `DELIVERY_EMPTY` when so little would not be paid for
   */
  async deliver(id: Hex, quantity: bigint, options: Abortable = {}): Promise<Deal> {
    checkArguments('deliver', { id, quantity, options })
    return this.lifecycle.wait(options, async (signal) => this.trade.settlement.deliver(id, quantity, signal))
  }

  /** Takes an own unanswered offer back for good, by a transaction. */
  async cancelOffer(id: Hex, options: Abortable = {}): Promise<void> {
    checkArguments('cancelOffer', { id, options })
    return this.lifecycle.wait(options, async (signal) => this.trade.settlement.revoke(id, signal))
  }

  /**
   * Ends an open deal by a transaction, for what the stage costs: nothing before the conditions' `lateFrom`, `lateBps`
   * before the delivery, the penalty from then on; the buyer of the payment, the seller of its exposure.
   *
   * @throws RefusedError `DEAL_NOT_OPEN`; ChainError when the chain refuses, as it does a buyer after the delivery
   */
  async cancelDeal(id: Hex, options: Abortable = {}): Promise<Deal> {
    checkArguments('cancelDeal', { id, options })
    return this.lifecycle.wait(options, async (signal) => this.trade.settlement.cancel(id, signal))
  }

  /** One deal, undefined when there is none or it came to nothing. */
  deal(id: Hex): Deal | undefined {
    return this.connected.deals.get(id)
  }

  /** All deals of this agent. */
  deals(): Deal[] {
    return [...this.connected.deals.all()]
  }

  /** Calls `fn` after each change of a deal. @returns a function that ends it */
  onDealChange(fn: (deal: Deal) => void): () => void {
    checkArguments('onDealChange', { fn })
    return this.connected.deals.onChange(guarded(fn, this.onError))
  }

  /** Waits until a deal fulfils `test`. */
  async untilDeal(id: Hex, test: (deal: Deal) => boolean, options: Abortable = {}): Promise<Deal> {
    checkArguments('untilDeal', { id, test, options })
    return this.lifecycle.wait(options, (signal) => this.connected.deals.until(id, test, signal))
  }

  /**
   * What is to be expected of an agent, from 0 to 1: what this one saw of it in its own deals, and what the chain says. One
   * of which nothing is known has 0.5, a key that speaks for no agent 0.2; see `reputationOf` of `policy/reputation.ts`.
   *
   * @throws RefusedError `TOO_MANY_STRANGERS` when too many unknown agents are asked about at a time
   */
  async reputationOf(agent: Address, options: Abortable = {}): Promise<number> {
    checkArguments('reputationOf', { agent, options })
    return this.lifecycle.wait(options, async () => {
      const { reputation, rules } = this.connected
      return reputationOf(reputation.of(agent), await rules.standingOf(agent))
    })
  }
}
