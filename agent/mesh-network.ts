import { join } from 'node:path'
import type { PeerId } from '@libp2p/interface'
import { escrowDomain, meshDomain, type NetworkDescriptor, parseDeployment } from '../protocol/deployment.ts'
import { ConfigError, TimeoutError } from '../protocol/errors.ts'
import type { Address, Hex, Intent, Offer } from '../protocol/types.ts'
import { Account } from './account.ts'
import { readFeeBps } from './chain/actions/intent-escrow.ts'
import { connectChain } from './chain/client.ts'
import { Wallet } from './chain/wallet.ts'
import { Attendance } from './network/attendance.ts'
import { type Identity, identityFromKey } from './network/identity.ts'
import { domainOf } from './network/names.ts'
import { createNode, type MeshNode } from './network/node.ts'
import { PeerScores } from './network/peer-scores.ts'
import type { Deal } from './policy/deal.ts'
import { Deals } from './policy/deals.ts'
import { memoryJournal, openJournal } from './policy/journal.ts'
import { loadKey } from './policy/key-file.ts'
import { defaultPolicy, type Policy } from './policy/limits.ts'
import { type Totals, totalsOf } from './policy/totals.ts'
import { RECORD_LIFE } from './protocols/agent-discovery/constants.ts'
import { AgentDiscovery, type ReceivedCapability } from './protocols/agent-discovery/index.ts'
import { IntentDiscovery, type ReceivedIntent } from './protocols/intent-discovery/index.ts'
import {
  Channels,
  type Decision,
  type DeliveryHandler,
  Negotiation,
  type OfferHandler,
  type Outcome,
  type PaymentMethod,
  type Proposal,
  Settlement,
} from './protocols/negotiation/index.ts'

export interface MeshNetworkInit {
  /** Which market to join; a running one serves it at `/v1/network`. */
  network: NetworkDescriptor
  /** Folder of the key and the journal. Without one, a fresh key is used and nothing survives the process. */
  directory?: string
  /** What this agent does, e.g. `['energy.supply']`. */
  capabilities?: string[]
  /** Domains whose intents it listens to. */
  domains?: string[]
  /** Multiaddrs to listen at; by default QUIC and TCP on loopback, free ports. */
  listen?: string[]
  /** Serves DHT records; for a few stable agents. */
  dhtServer?: boolean
  /** Looks for agents on the local network by multicast. */
  mdns?: boolean
  policy?: Partial<Policy>
  paymentMethod?: PaymentMethod
  /** Hears of faults that were dealt with, for the log. */
  onError?: (error: unknown) => void
}

/** What an intent says beyond who makes it, where, and until when. */
export type IntentDraft = Pick<
  Intent,
  'side' | 'capability' | 'quantity' | 'price' | 'lot' | 'start' | 'end'
> & {
  /** Seconds from now until it expires. */
  life?: bigint
}

const LISTEN = ['/ip4/127.0.0.1/udp/0/quic-v1', '/ip4/127.0.0.1/tcp/0']
/** How long joining may take until the first peer gossips, in milliseconds. */
const JOIN_TIMEOUT = 30_000
/** How long finding agents may take, in milliseconds. */
const FIND_TIMEOUT = 10_000

/** All parts of a connected agent. */
interface Parts {
  node: MeshNode
  account: Account
  deals: Deals
  intents: IntentDiscovery
  agents: AgentDiscovery
  channels: Channels
  negotiation: Negotiation
  settlement: Settlement
  attendance: Attendance
  renewal: NodeJS.Timeout
}

/**
 * One agent in the mesh: it finds others, negotiates, trades and settles.
 *
 * @example
 * ```ts
 * const descriptor = (await (await fetch('http://127.0.0.1:8787/v1/network')).json()).data
 * const network = new MeshNetwork({ network: descriptor, capabilities: ['energy.supply'], domains: ['energy'] })
 * await network.connect()
 * network.subscribeToIntents(({ value }) => console.log(value.agent, 'wants', value.quantity, 'Wh'))
 * ```
 */
export class MeshNetwork {
  readonly #init: MeshNetworkInit
  #identity: Identity | undefined
  #parts: Parts | undefined
  #lastRecord = 0n
  #onOffer: OfferHandler | undefined
  #onDelivery: DeliveryHandler | undefined

  constructor(init: MeshNetworkInit) {
    this.#init = {
      ...init,
      network: { ...init.network, deployment: parseDeployment(init.network.deployment) },
    }
  }

  /** EVM address of this agent. @throws ConfigError before `load` or `connect` */
  get address(): Address {
    if (this.#identity === undefined) throw notConnected()
    return this.#identity.address
  }

  /** libp2p peer id of this agent, from the same key as its address. */
  get peerId(): PeerId {
    return this.#connected.node.peerId
  }

  /** Multiaddrs with peer id, for others' bootstrap lists. */
  get endpoints(): string[] {
    return this.#connected.node.getMultiaddrs().map(String)
  }

  /** This agent's standing on chain. */
  get account(): Account {
    return this.#connected.account
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
    const { account } = this.#connected
    const agentId = await account.ensureRegistered(standing.agentURI)
    await account.ensureStake(standing.stake)
    await account.ensureBalance(standing.balance)
    await this.#announce()
    return agentId
  }

  /**
   * Loads the key, recovers the journal, joins the mesh and goes on with every deal that has not ended.
   *
   * @throws ChainError when the chain is another one or does not answer; ConfigError when key or journal cannot be
   *   read; TimeoutError when no bootstrap peer can be reached.
   */
  async connect(): Promise<void> {
    const { network, directory, onError: report = () => undefined } = this.#init
    const { deployment } = network
    const identity = await this.load()
    const chain = await connectChain(network.rpcUrl, deployment)
    const wallet = new Wallet({ ...chain, ...identity, chainId: deployment.chainId })
    const { journal, entries } =
      directory === undefined
        ? { journal: memoryJournal(), entries: [] }
        : await openJournal(join(directory, 'deals.jsonl'))
    const deals = new Deals(journal, entries)
    const scores = new PeerScores()
    const node = await createNode({
      identity,
      deployment,
      scores,
      listen: this.#init.listen ?? LISTEN,
      bootstrapPeers: network.bootstrapPeers,
      dhtServer: this.#init.dhtServer ?? false,
      mdns: this.#init.mdns ?? false,
    })
    const domains = { escrow: escrowDomain(deployment), mesh: meshDomain(deployment) }
    const gossip = { node, identity, scores, deployment, domain: domains.mesh, now: machineTime, report }
    const intents = new IntentDiscovery(gossip)
    const agents = new AgentDiscovery(gossip)
    const channels: Channels = new Channels({ node, scores, deployment, report }, (channel, inbound) =>
      inbound.message.type === 'proposal'
        ? negotiation.receive(channel, inbound, inbound.message.offer)
        : settlement.receive(channel, inbound),
    )
    const trading = { identity, deployment, chain, wallet, channels, deals, report }
    const negotiation = new Negotiation({
      ...trading,
      domain: domains.escrow,
      policy: { ...defaultPolicy, ...this.#init.policy },
      paymentMethod: this.#init.paymentMethod ?? 'balance',
      feeBps: await readFeeBps(chain.client, deployment.contracts.intentEscrow),
      ownIntent: (hash) => intents.own(hash),
    })
    const settlement = new Settlement({ ...trading, domains })
    if (this.#onOffer !== undefined) negotiation.onOffer(this.#onOffer)
    if (this.#onDelivery !== undefined) settlement.onDelivery(this.#onDelivery)
    const account = new Account({ identity, wallet, chain, deployment })
    const renewal = setInterval(() => this.#announce().catch(report), (RECORD_LIFE * 1000) / 2).unref()
    const attendance = new Attendance(node)
    this.#parts = {
      node,
      account,
      deals,
      intents,
      agents,
      channels,
      negotiation,
      settlement,
      attendance,
      renewal,
    }
    await this.#join()
    settlement.start()
    // Peers are there when this returns; the DHT may take its time.
    this.#announce().catch(report)
  }

  /** Leaves the mesh. Deals that have not ended go on at the next `connect` with the same directory. */
  async disconnect(): Promise<void> {
    if (this.#parts === undefined) return
    const { node, deals, channels, agents, settlement, attendance, renewal } = this.#parts
    this.#parts = undefined
    clearInterval(renewal)
    attendance.stop()
    await settlement.stop()
    await channels.stop()
    await agents.stop()
    await node.stop()
    await deals.close()
  }

  /** Calls `fn` with each new intent of others. @returns a function that ends it */
  subscribeToIntents(fn: (intent: ReceivedIntent) => void): () => void {
    return this.#connected.intents.subscribe(fn)
  }

  /** Calls `fn` with each new or renewed capability record. @returns a function that ends it */
  subscribeToCapabilities(fn: (record: ReceivedCapability) => void): () => void {
    return this.#connected.agents.subscribe(fn)
  }

  /** Others' intents that can still be answered. */
  openIntents(): ReceivedIntent[] {
    return this.#connected.intents.open()
  }

  /**
   * Signs an intent and spreads it; it takes the place of an earlier one for the same delivery.
   *
   * @throws RefusedError when it is out of its bounds
   */
  publishIntent({ life = 30n, ...draft }: IntentDraft): Promise<ReceivedIntent> {
    const { intents, node } = this.#connected
    return intents.publish({
      ...draft,
      agent: this.address,
      area: this.#init.network.area,
      expiry: machineTime() + life,
      nonce: nextNonce(),
      endpoints: listeningAt(node),
    })
  }

  /** Finds agents that claim a capability. */
  async discoverAgents({ capabilities }: { capabilities: string[] }): Promise<ReceivedCapability[]> {
    const { agents } = this.#connected
    const signal = AbortSignal.timeout(FIND_TIMEOUT)
    const found = await Promise.all(capabilities.map((capability) => agents.find(capability, signal)))
    const every = (found[0] ?? []).filter(({ value }) =>
      capabilities.every((capability) => value.capabilities.includes(capability)),
    )
    return every
  }

  /** Sets who decides about offers to own intents; without one all are declined. */
  onOffer(handler: OfferHandler): void {
    this.#onOffer = handler
    this.#parts?.negotiation.onOffer(handler)
  }

  /** Sets who decides whether a delivery fulfils a deal; without one the agreed quantity does. */
  onDelivery(handler: DeliveryHandler): void {
    this.#onDelivery = handler
    this.#parts?.settlement.onDelivery(handler)
  }

  /**
   * Offers to an intent and bargains to the end.
   *
   * @param options.duration seconds from now until the buyer can be refunded
   * @param options.decide what to say to counter-offers; by default they are accepted as they come
   */
  offer(
    intent: ReceivedIntent,
    proposal: Proposal,
    options: { duration: bigint; decide?: (counterOffer: Offer) => Decision | Promise<Decision> },
  ): Promise<Outcome> {
    const decide = options.decide ?? (() => ({ type: 'accept' }))
    return this.#connected.negotiation.offer(intent, proposal, options.duration, decide)
  }

  /** Delivers an open deal as its seller, and settles it with the buyer's release. */
  deliver(id: Hex, quantity: bigint): Promise<Deal> {
    return this.#connected.settlement.deliver(id, quantity)
  }

  /** Takes an own unanswered offer back for good, by a transaction. */
  cancelOffer(id: Hex): Promise<void> {
    return this.#connected.settlement.cancel(id)
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
    return this.#connected.deals.onChange(fn)
  }

  /** Waits until a deal fulfils `test`. @throws whatever `signal` was aborted with */
  untilDeal(id: Hex, test: (deal: Deal) => boolean, signal?: AbortSignal): Promise<Deal> {
    return this.#connected.deals.until(id, test, signal)
  }

  /** What this agent's deals came to. */
  totals(): Totals {
    return totalsOf(this.#connected.deals.all())
  }

  get #connected(): Parts {
    if (this.#parts === undefined) throw notConnected()
    return this.#parts
  }

  /** Starts the node with its handlers in place, subscribes before the first peer comes, and waits for one. */
  async #join(): Promise<void> {
    const { node, channels, agents, intents, attendance } = this.#connected
    const { area, bootstrapPeers } = this.#init.network
    const others = bootstrapPeers.filter((peer) => !peer.endsWith(node.peerId.toString()))
    await channels.start()
    await agents.start()
    await node.start()
    attendance.start()
    agents.join(area)
    for (const domain of this.#domains()) intents.join(domain, area)
    if (others.length > 0) await untilGossip(node, others)
  }

  #domains(): string[] {
    const { domains = [], capabilities = [] } = this.#init
    return [...new Set([...domains, ...capabilities.map(domainOf)])]
  }

  async #announce(): Promise<void> {
    const { capabilities = [], network } = this.#init
    if (capabilities.length === 0 || this.#parts === undefined) return
    const { agents, account, node } = this.#parts
    // Of two records of one second, peers would keep the first.
    const now = machineTime()
    const issuedAt = now > this.#lastRecord ? now : this.#lastRecord + 1n
    this.#lastRecord = issuedAt
    const record = {
      agent: this.address,
      agentId: await account.agentId(),
      capabilities,
      area: network.area,
      endpoints: listeningAt(node),
      issuedAt,
      expiry: issuedAt + BigInt(RECORD_LIFE),
    }
    await agents.publish(record)
  }
}

/** Waits for a peer that takes part in gossip: a connection alone is no market. */
async function untilGossip(node: MeshNode, bootstrapPeers: string[]): Promise<void> {
  const { pubsub } = node.services
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const timer = setTimeout(() => reject(noPeers(bootstrapPeers)), JOIN_TIMEOUT)
  const look = () => pubsub.getTopics().some((topic) => pubsub.getSubscribers(topic).length > 0) && resolve()
  pubsub.addEventListener('subscription-change', look)
  look()
  await promise.finally(() => {
    clearTimeout(timer)
    pubsub.removeEventListener('subscription-change', look)
  })
}

/** Unix seconds of this machine. */
function machineTime(): bigint {
  return BigInt(Math.floor(Date.now() / 1000))
}

/** Multiaddrs without peer id; QUIC, the faster one, first. */
function listeningAt(node: MeshNode): string[] {
  const addresses = node.getMultiaddrs().map((address) => address.toString().replace(/\/p2p\/.*$/, ''))
  return addresses.sort((a, b) => Number(b.includes('/quic-v1')) - Number(a.includes('/quic-v1'))).slice(0, 8)
}

let lastNonce = 0n

/** Nonces of intents grow, across restarts too, so that a later intent takes the place of an earlier one. */
function nextNonce(): bigint {
  const now = BigInt(Date.now()) << 16n
  lastNonce = now > lastNonce ? now : lastNonce + 1n
  return lastNonce
}

function notConnected(): ConfigError {
  return new ConfigError('NOT_CONNECTED', 'The agent is not connected.', { remedy: 'Await connect() first.' })
}

function noPeers(bootstrapPeers: string[]): TimeoutError {
  return new TimeoutError('NO_PEERS', 'No bootstrap peer could be reached.', {
    field: 'network.bootstrapPeers',
    received: bootstrapPeers.join(', '),
    expected: `one that gossips within ${JOIN_TIMEOUT} ms`,
    remedy: 'Check that the market runs; fetch its network descriptor again.',
  })
}
