import { join } from 'node:path'
import type { PeerId } from '@libp2p/interface'
import { displayAddressOf } from '../protocol/addresses.ts'
import { ConfigError } from '../protocol/errors.ts'
import type { NetworkParameters } from '../protocol/network-parameters.ts'
import type { Address, Hex } from '../protocol/types.ts'
import type { Account } from './account.ts'
import { Announcer } from './announcer.ts'
import { assemble, domainsOf, type MeshNetworkInit, machineTime, type Parts } from './assemble.ts'
import { type IntentDraft, nextNonce } from './intent-draft.ts'
import { iterate } from './iterate.ts'
import { type Identity, identityFromKey } from './network/identity.ts'
import { listeningAt } from './network/joining.ts'
import { connectionsOf, type PeerConnection } from './network/streams.ts'
import type { Deal } from './policy/deal.ts'
import { loadKey } from './policy/key-file.ts'
import { reputationOf } from './policy/reputation.ts'
import { type Totals, totalsOf } from './policy/totals.ts'
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
import { start, stop } from './running.ts'
import type { Trade } from './trade.ts'

/**
 * One agent in the mesh: it finds others, negotiates, trades and settles.
 *
 * @example
 * ```ts
 * const network = new MeshNetwork({ bootstrapPeers, capabilities: ['energy.supply'] })
 * await network.connect()
 * network.subscribeToIntents(({ value }) => console.log(value.agent, 'wants', value.quantity, 'Wh'))
 * ```
 */
export class MeshNetwork {
  readonly #init: MeshNetworkInit
  #identity: Identity | undefined
  #parts: Parts | undefined
  #announcer: Announcer | undefined
  #onOffer: OfferHandler | undefined
  #onDelivery: DeliveryHandler | undefined
  #onDispute: DisputeHandler | undefined

  constructor(init: MeshNetworkInit) {
    this.#init = init
  }

  /** EVM address of this agent. @throws ConfigError before `load` or `connect` */
  get address(): Address {
    if (this.#identity === undefined) throw notConnected()
    return this.#identity.address
  }

  /** 128 bits of this agent's key, for people to compare; see `displayAddressOf`. @throws ConfigError as `address` */
  get displayAddress(): string {
    return displayAddressOf(this.address)
  }

  /** libp2p peer id of this agent, from the same key as its address. */
  get peerId(): PeerId {
    return this.#connected.node.peerId
  }

  /** Multiaddrs with peer id, for others' bootstrap lists. */
  get endpoints(): string[] {
    return this.#connected.node.getMultiaddrs().map(String)
  }

  /** To whom this agent is connected at present, and how. */
  get connections(): PeerConnection[] {
    return connectionsOf(this.#connected.node)
  }

  /** This agent's standing on chain. @throws ConfigError `CHAIN_REQUIRED` */
  get account(): Account {
    return this.#trade.account
  }

  /** What governance decided for all nodes, as the chain said it last; see `governanceInterval`. */
  get parameters(): NetworkParameters {
    return this.#connected.rules.parameters
  }

  /**
   * Loads the key, or makes one, without joining yet: an address to be funded first.
   *
   * @throws ConfigError when the key file cannot be read
   */
  async load(): Promise<Identity> {
    const { directory } = this.#init
    this.#identity ??= identityFromKey(
      directory === undefined
        ? crypto.getRandomValues(new Uint8Array(32))
        : await loadKey(join(directory, 'key')),
    )
    return this.#identity
  }

  /**
   * Puts this agent's standing on chain in order: registered, staked, with a prefunded balance; and tells the mesh.
   * What is there already is not done again.
   *
   * @param standing.agentURI where its registration file is
   * @param standing.stake minor units of the stake token
   * @param standing.balance minor units of the payment token
   * @throws ChainError when the chain refuses, most often because the key has no gas money or no tokens
   */
  async enroll(standing: { agentURI: string; stake: bigint; balance: bigint }): Promise<bigint> {
    const { account } = this.#trade
    const agentId = await account.ensureRegistered(standing.agentURI)
    await account.ensureStake(standing.stake)
    await account.ensureBalance(standing.balance)
    await this.#announcer?.announce()
    return agentId
  }

  /**
   * Loads the key, recovers the journal, joins the mesh and goes on with every deal that has not ended.
   *
   * @throws ChainError when the chain is another one, has no directory or does not answer; ConfigError when key or
   *   journal cannot be read, another process uses the directory (`DIRECTORY_IN_USE`), a package is missing, or an option
   *   is out of its bounds; TimeoutError when no bootstrap peer can be reached.
   */
  async connect(): Promise<void> {
    const { capabilities = [], onError: report = () => undefined } = this.#init
    const identity = await this.load()
    this.#parts = await assemble(this.#init, identity)
    const { trade } = this.#parts
    if (this.#onOffer !== undefined) trade?.negotiation.onOffer(this.#onOffer)
    if (this.#onDelivery !== undefined) trade?.settlement.onDelivery(this.#onDelivery)
    if (this.#onDispute !== undefined) trade?.settlement.onDispute(this.#onDispute)
    await start(this.#parts, domainsOf(this.#init))
    trade?.settlement.start()
    this.#announcer = new Announcer(this.#parts, { agent: identity.address, capabilities, report })
    // Peers are there when this returns; the DHT may take its time.
    this.#announcer.start()
  }

  /** Leaves the mesh. Deals that have not ended go on at the next `connect` with the same directory. */
  async disconnect(): Promise<void> {
    if (this.#parts === undefined) return
    const parts = this.#parts
    this.#parts = undefined
    this.#announcer?.stop()
    await stop(parts)
  }

  /** Calls `fn` with each new intent of others. @returns a function that ends it */
  subscribeToIntents(fn: (intent: ReceivedIntent) => void): () => void {
    return this.#connected.intents.subscribe(this.#guard(fn))
  }

  /**
   * As `subscribeToIntents`, as a loop; a slow one misses the oldest of more than a thousand that wait.
   *
   * @throws whatever `signal` was aborted with
   * @example for await (const intent of network.intents()) await network.offer(intent, bid, { duration: 60n })
   */
  intents(signal?: AbortSignal): AsyncIterable<ReceivedIntent> {
    return iterate((fn) => this.subscribeToIntents(fn), signal)
  }

  /** Calls `fn` with each new or renewed capability record. @returns a function that ends it */
  subscribeToCapabilities(fn: (record: ReceivedCapability) => void): () => void {
    return this.#connected.agents.subscribe(this.#guard(fn))
  }

  /** Others' intents that can still be answered. */
  openIntents(): ReceivedIntent[] {
    return this.#connected.intents.open()
  }

  /**
   * Signs an intent and spreads it; it takes the place of an earlier one for the same delivery.
   *
   * @throws RefusedError when it is out of its bounds, or others would not carry it: `AGENT_BANNED`, `STAKE_TOO_LOW`,
   *   `REPUTATION_TOO_LOW`, `QUOTA_EXCEEDED`, `TOO_MANY_INTENTS`, `PROTOCOL_SUNSET`
   */
  publishIntent({ life = 30n, ...draft }: IntentDraft): Promise<ReceivedIntent> {
    const { intents, membership, node } = this.#connected
    return intents.publish({
      area: membership.area,
      ...draft,
      agent: this.address,
      expiry: machineTime() + life,
      nonce: nextNonce(),
      endpoints: listeningAt(node),
    })
  }

  /**
   * Finds agents by what they claim, where they are, and what the chain says of them.
   *
   * @param query in the language of queries, or as its parts; without a limit sixteen agents are wanted
   * @returns within ten seconds; nearest first where a distance is asked for, else those of the best reputation, in steps of
   *   a tenth; by lot among those that are as good, and last those that could not be reached of late
   * @throws QueryError; ConfigError `CHAIN_REQUIRED` and ChainError `STANDING_UNREADABLE` when reputation or stake is asked
   *   for and there is no chain, or it does not answer; whatever `signal` was aborted with
   * @example
   * ```ts
   * await network.discoverAgents({ capabilities: ['image-generation'], minReputation: 0.8 })
   * await network.discoverAgents('data.fx where pair = EUR/USD and period covers 2021-01..2024-12 within 50 km')
   * ```
   */
  discoverAgents(query: AgentQuery | string): Promise<FoundAgent[]> {
    return this.#connected.agents.discover(query)
  }

  /** As `discoverAgents`, each agent as soon as it is found; to break off the loop ends the search. */
  agents(query: AgentQuery | string): AsyncIterable<FoundAgent> {
    return this.#connected.agents.find(query)
  }

  /**
   * Challenges an agent with a canary task: a question whose answer is known. One that fails is not believed for a day,
   * it is held against its peer, and `onError` hears of it (`CANARY_FAILED`, with the signed record as its cause).
   *
   * @param probe asks the service, and says whether the answer is right; when it throws, nothing is held against the agent
   * @throws whatever `signal` was aborted with
   */
  challenge({ record }: FoundAgent, probe: Probe, signal?: AbortSignal): Promise<ChallengeOutcome> {
    return this.#connected.agents.challenge(record, probe, signal)
  }

  /** Sets who decides about offers to own intents; without one all are declined. */
  onOffer(handler: OfferHandler): void {
    this.#onOffer = handler
    this.#parts?.trade?.negotiation.onOffer(handler)
  }

  /** Sets who decides whether a delivery fulfils a deal; without one the agreed quantity does. */
  onDelivery(handler: DeliveryHandler): void {
    this.#onDelivery = handler
    this.#parts?.trade?.settlement.onDelivery(handler)
  }

  /**
   * Sets who decides whether a delivery that was reported on chain, and that this agent refuses, is contested. Without
   * one it is where that changes something: the conditions name an arbitrator, or a split that leaves the buyer a part.
   */
  onDispute(handler: DisputeHandler): void {
    this.#onDispute = handler
    this.#parts?.trade?.settlement.onDispute(handler)
  }

  /**
   * Opens the stream to an intent's maker, which an offer then uses: promise nothing to one that cannot be reached.
   *
   * @throws RefusedError `PEER_UNREACHABLE`, or `PROTOCOL_SUNSET`
   */
  async reach({ peerId, value }: ReceivedIntent): Promise<void> {
    await this.#trade.channels.toNew(peerId, value.endpoints)
  }

  /**
   * Offers to an intent and bargains to the end. Without `options.decide`, counter-offers are accepted as they come.
   *
   * @throws RefusedError when the maker cannot be reached, an own limit forbids it, or the network does
   */
  offer(
    intent: ReceivedIntent,
    proposal: Proposal,
    options: Partial<OfferOptions> & Pick<OfferOptions, 'duration'>,
  ): Promise<Outcome> {
    const accepting = { decide: () => ({ type: 'accept' }) as const }
    return this.#trade.negotiation.offer(intent, proposal, { ...accepting, ...options })
  }

  /**
   * Takes an own offer back by a message, and ends its negotiation. An honest counterpart that has not accepted it will
   * not do so any more; one that has says so, and the deal stands. `cancelOffer` takes back for certain.
   *
   * @returns what came of it: declined as `withdrawn`, or agreed; after the expiry when the other side is silent
   * @throws RefusedError `DEAL_NOT_OPEN` when it was answered; `PEER_UNREACHABLE`
   */
  withdrawOffer(id: Hex): Promise<Outcome> {
    return this.#trade.negotiation.withdraw(id)
  }

  /**
   * Delivers an open deal as its seller, and settles it with the buyer's release. A buyer that is silent, or refuses,
   * does not stop it: shortly before the deadline the delivery is reported on chain, and paid after the window.
   *
   * @param quantity what was delivered, by the seller's meter
   * @returns the deal: settled, or delivered while the buyer has not released it; `untilDeal` waits for its end
   * @throws RefusedError `DEAL_NOT_OPEN`, or `DELIVERY_EMPTY` when so little would not be paid for
   */
  deliver(id: Hex, quantity: bigint): Promise<Deal> {
    return this.#trade.settlement.deliver(id, quantity)
  }

  /** Takes an own unanswered offer back for good, by a transaction. */
  cancelOffer(id: Hex): Promise<void> {
    return this.#trade.settlement.revoke(id)
  }

  /**
   * Ends an open deal by a transaction, for what the stage costs: nothing before the conditions' `lateFrom`, `lateBps`
   * before the delivery, the penalty from then on; the buyer of the payment, the seller of its exposure.
   *
   * @throws RefusedError `DEAL_NOT_OPEN`; ChainError when the chain refuses, as it does a buyer after the delivery
   */
  cancelDeal(id: Hex): Promise<Deal> {
    return this.#trade.settlement.cancel(id)
  }

  /** One deal, undefined when there is none or it came to nothing. */
  deal(id: Hex): Deal | undefined {
    return this.#connected.deals.get(id)
  }

  /** All deals of this agent. */
  deals(): Deal[] {
    return [...this.#connected.deals.all()]
  }

  /** Calls `fn` after each change of a deal. @returns a function that ends it */
  onDealChange(fn: (deal: Deal) => void): () => void {
    return this.#connected.deals.onChange(this.#guard(fn))
  }

  /** Waits until a deal fulfils `test`. @throws whatever `signal` was aborted with */
  untilDeal(id: Hex, test: (deal: Deal) => boolean, signal?: AbortSignal): Promise<Deal> {
    return this.#connected.deals.until(id, test, signal)
  }

  /**
   * What is to be expected of an agent, from 0 to 1: what this one saw of it in its own deals, and what the chain says. One
   * of which nothing is known has 0.5, a key that speaks for no agent 0.2; see `reputationOf` of `policy/reputation.ts`.
   *
   * @throws RefusedError `TOO_MANY_STRANGERS` when too many unknown agents are asked about at a time
   */
  async reputationOf(agent: Address): Promise<number> {
    const { reputation, rules } = this.#connected
    return reputationOf(reputation.of(agent), await rules.standingOf(agent))
  }

  /** What this agent's deals came to. */
  totals(): Totals {
    return totalsOf(this.#connected.deals.all())
  }

  get #connected(): Parts {
    if (this.#parts === undefined) throw notConnected()
    return this.#parts
  }

  get #trade(): Trade {
    const { trade } = this.#connected
    if (trade !== undefined) return trade
    throw new ConfigError('CHAIN_REQUIRED', 'An agent without a chain finds others, and trades nothing.', {
      field: 'rpcUrl',
      expected: 'the URL of a node of the chain that the contracts are on',
      received: 'none',
      remedy: 'Give `rpcUrl`, and the descriptor of the network where bootstrap peers do not know it.',
    })
  }

  /** A listener that throws is at fault by itself: neither a deal nor a message may suffer for it. */
  #guard<T>(fn: (value: T) => void): (value: T) => void {
    return (value) => {
      try {
        fn(value)
      } catch (error) {
        this.#init.onError?.(error)
      }
    }
  }
}

function notConnected(): ConfigError {
  return new ConfigError('NOT_CONNECTED', 'The agent is not connected.', { remedy: 'Await connect() first.' })
}
