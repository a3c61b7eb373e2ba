import { join } from 'node:path'
import type { PeerId } from '@libp2p/interface'
import { displayAddressOf } from '../protocol/addresses.ts'
import type { NetworkParameters } from '../protocol/network-parameters.ts'
import type { Address, Hex } from '../protocol/types.ts'
import type { Account } from './account.ts'
import {
  assemble,
  directoryOf,
  domainsOf,
  type MeshNetworkInit,
  machineTime,
  type Parts,
} from './assemble.ts'
import { guarded } from './guarded.ts'
import { type IntentDraft, nextNonce } from './intent-draft.ts'
import { iterate } from './iterate.ts'
import { type Abortable, Lifecycle, notConnected } from './lifecycle.ts'
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
import { chainRequired, type Trade } from './trade.ts'

/**
 * One agent in the mesh: it finds others, negotiates, trades and settles.
 *
 * What waits for network or chain takes `{ signal }`, and rejects with its reason when it is aborted; with ConfigError
 * `NOT_CONNECTED` before `connect`, and RefusedError `DISCONNECTED` when the agent leaves meanwhile.
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
  readonly #lifecycle = new Lifecycle()
  #identity: Identity | undefined
  #parts: Parts | undefined
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
   * Loads the key, or makes one, without joining yet: an address to be funded first. It is the file `key` of the agent's
   * `directory`: 64 hexadecimal digits, for its owner alone.
   *
   * @throws ConfigError when the key file cannot be read
   */
  async load(): Promise<Identity> {
    const directory = directoryOf(this.#init)
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
  enroll(
    standing: { agentURI: string; stake: bigint; balance: bigint },
    options: Abortable = {},
  ): Promise<bigint> {
    return this.#lifecycle.wait(options, async (signal) => {
      const { account } = this.#trade
      const agentId = await account.ensureRegistered(standing.agentURI, { signal })
      await account.ensureStake(standing.stake, { signal })
      await account.ensureBalance(standing.balance, { signal })
      await this.#connected.announcer.announce()
      return agentId
    })
  }

  /**
   * Loads the key, recovers the journal, joins the mesh and goes on with every deal that has not ended. Where that fails,
   * nothing of it stays, and it can be tried again.
   *
   * @throws ChainError when the chain is another one, has no directory or does not answer; ConfigError when key or
   *   journal cannot be read, another process uses the directory (`DIRECTORY_IN_USE`), a package is missing, an option is
   *   out of its bounds, or the agent is connected already (`ALREADY_CONNECTED`); TimeoutError when no bootstrap peer can
   *   be reached; RefusedError `DISCONNECTED` when `disconnect` came before it was done; what `signal` was aborted with
   */
  connect(options: Abortable = {}): Promise<void> {
    return this.#lifecycle.enter((signal) => this.#join(signal), options)
  }

  /**
   * Leaves the mesh. What waits meanwhile rejects with RefusedError `DISCONNECTED`; deals that have not ended go on at the
   * next `connect` with the same directory.
   */
  disconnect(): Promise<void> {
    return this.#lifecycle.exit(() => this.#leave())
  }

  /** Calls `fn` with each new intent of others. @returns a function that ends it */
  subscribeToIntents(fn: (intent: ReceivedIntent) => void): () => void {
    return this.#connected.intents.subscribe(guarded(fn, this.#init.onError))
  }

  /**
   * As `subscribeToIntents`, as a loop; a slow one misses the oldest of more than a thousand that wait.
   *
   * @example for await (const intent of network.intents()) await network.offer(intent, bid, { duration: 60n })
   */
  intents(options: Abortable = {}): AsyncIterable<ReceivedIntent> {
    return iterate((fn) => this.subscribeToIntents(fn), this.#lifecycle.until(options))
  }

  /** Calls `fn` with each new or renewed capability record. @returns a function that ends it */
  subscribeToCapabilities(fn: (record: ReceivedCapability) => void): () => void {
    return this.#connected.agents.subscribe(guarded(fn, this.#init.onError))
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
  publishIntent({ life = 30n, ...draft }: IntentDraft, options: Abortable = {}): Promise<ReceivedIntent> {
    return this.#lifecycle.wait(options, async (signal) => {
      const { intents, membership, node } = this.#connected
      const where = { area: membership.area, endpoints: listeningAt(node) }
      const when = { expiry: machineTime() + life, nonce: nextNonce() }
      return intents.publish({ ...where, ...draft, ...when, agent: this.address }, signal)
    })
  }

  /**
   * Finds agents by what they claim, where they are, and what the chain says of them.
   *
   * @param query in the language of queries, or as its parts; without a limit sixteen agents are wanted
   * @returns within ten seconds; nearest first where a distance is asked for, else those of the best reputation first
   * @throws QueryError; ConfigError `CHAIN_REQUIRED` and ChainError `STANDING_UNREADABLE` when reputation or stake is asked
   *   for and there is no chain, or it does not answer
   * @example
   * ```ts
   * await network.discoverAgents({ capabilities: ['image-generation'], minReputation: 0.8 })
   * await network.discoverAgents('data.fx where pair = EUR/USD and period covers 2021-01..2024-12 within 50 km')
   * ```
   */
  discoverAgents(query: AgentQuery | string, options: Abortable = {}): Promise<FoundAgent[]> {
    return this.#lifecycle.wait(options, (signal) => this.#connected.agents.discover(query, signal))
  }

  /** As `discoverAgents`, each agent as soon as it is found; to break off the loop ends the search. */
  agents(query: AgentQuery | string, options: Abortable = {}): AsyncIterable<FoundAgent> {
    return this.#connected.agents.find(query, this.#lifecycle.until(options))
  }

  /**
   * Challenges an agent with a canary task: a question whose answer is known. One that fails is not believed for a day,
   * it is held against its peer, and `onError` hears of it (`CANARY_FAILED`, with the signed record as its cause).
   *
   * @param probe asks the service, and says whether the answer is right; when it throws, nothing is held against the agent
   */
  challenge({ record }: FoundAgent, probe: Probe, options: Abortable = {}): Promise<ChallengeOutcome> {
    return this.#lifecycle.wait(options, (signal) => this.#connected.agents.challenge(record, probe, signal))
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
  async reach({ peerId, value }: ReceivedIntent, options: Abortable = {}): Promise<void> {
    await this.#lifecycle.wait(options, async () => this.#trade.channels.toNew(peerId, value.endpoints))
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
    const accepting = { decide: () => ({ type: 'accept' }) as const, ...options }
    // Its signal does not end the wait once something was signed: it takes that back.
    return this.#lifecycle.wait({}, async () => this.#trade.negotiation.offer(intent, proposal, accepting))
  }

  /**
   * Takes an own offer back by a message, and ends its negotiation. An honest counterpart that has not accepted it will
   * not do so any more; one that has says so, and the deal stands. `cancelOffer` takes back for certain.
   *
   * @returns what came of it: declined as `withdrawn`, or agreed; after the expiry when the other side is silent
   * @throws RefusedError `DEAL_NOT_OPEN` when it was answered; `PEER_UNREACHABLE`
   */
  withdrawOffer(id: Hex, options: Abortable = {}): Promise<Outcome> {
    return this.#lifecycle.wait(options, async () => this.#trade.negotiation.withdraw(id))
  }

  /**
   * Delivers an open deal as its seller, and settles it with the buyer's release. A buyer that is silent, or refuses,
   * does not stop it: shortly before the deadline the delivery is reported on chain, and paid after the window.
   *
   * @param quantity what was delivered, by the seller's meter
   * @returns the deal: settled, or delivered while the buyer has not released it; `untilDeal` waits for its end
   * @throws RefusedError `DEAL_NOT_OPEN`, or `DELIVERY_EMPTY` when so little would not be paid for
   */
  deliver(id: Hex, quantity: bigint, options: Abortable = {}): Promise<Deal> {
    return this.#lifecycle.wait(options, async (signal) =>
      this.#trade.settlement.deliver(id, quantity, signal),
    )
  }

  /** Takes an own unanswered offer back for good, by a transaction. */
  cancelOffer(id: Hex, options: Abortable = {}): Promise<void> {
    return this.#lifecycle.wait(options, async (signal) => this.#trade.settlement.revoke(id, signal))
  }

  /**
   * Ends an open deal by a transaction, for what the stage costs: nothing before the conditions' `lateFrom`, `lateBps`
   * before the delivery, the penalty from then on; the buyer of the payment, the seller of its exposure.
   *
   * @throws RefusedError `DEAL_NOT_OPEN`; ChainError when the chain refuses, as it does a buyer after the delivery
   */
  cancelDeal(id: Hex, options: Abortable = {}): Promise<Deal> {
    return this.#lifecycle.wait(options, async (signal) => this.#trade.settlement.cancel(id, signal))
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
    return this.#connected.deals.onChange(guarded(fn, this.#init.onError))
  }

  /** Waits until a deal fulfils `test`. */
  untilDeal(id: Hex, test: (deal: Deal) => boolean, options: Abortable = {}): Promise<Deal> {
    return this.#lifecycle.wait(options, (signal) => this.#connected.deals.until(id, test, signal))
  }

  /**
   * What is to be expected of an agent, from 0 to 1: what this one saw of it in its own deals, and what the chain says. One
   * of which nothing is known has 0.5, a key that speaks for no agent 0.2; see `reputationOf` of `policy/reputation.ts`.
   *
   * @throws RefusedError `TOO_MANY_STRANGERS` when too many unknown agents are asked about at a time
   */
  reputationOf(agent: Address, options: Abortable = {}): Promise<number> {
    return this.#lifecycle.wait(options, async () => {
      const { reputation, rules } = this.#connected
      return reputationOf(reputation.of(agent), await rules.standingOf(agent))
    })
  }

  /** What this agent's deals came to. */
  totals(): Totals {
    return totalsOf(this.#connected.deals.all())
  }

  async #join(signal: AbortSignal): Promise<void> {
    const parts = await assemble(this.#init, await this.load(), signal)
    this.#parts = parts
    const { trade } = parts
    if (this.#onOffer !== undefined) trade?.negotiation.onOffer(this.#onOffer)
    if (this.#onDelivery !== undefined) trade?.settlement.onDelivery(this.#onDelivery)
    if (this.#onDispute !== undefined) trade?.settlement.onDispute(this.#onDispute)
    try {
      await start(parts, domainsOf(this.#init), signal)
    } catch (error) {
      // What went wrong first is what there is to be told.
      await this.#leave().catch((reason: unknown) => this.#init.onError?.(reason))
      throw error
    }
  }

  async #leave(): Promise<void> {
    const parts = this.#parts
    this.#parts = undefined
    if (parts !== undefined) await stop(parts)
  }

  get #connected(): Parts {
    if (this.#parts === undefined) throw notConnected()
    return this.#parts
  }

  get #trade(): Trade {
    const { trade } = this.#connected
    if (trade === undefined) throw chainRequired()
    return trade
  }
}
