import { type Deployment, escrowDomain, meshDomain } from '../protocol/deployment.ts'
import type { NegotiationMessage } from '../protocol/wire/frames.ts'
import { Account } from './account.ts'
import { readFeeBps } from './chain/actions/intent-escrow.ts'
import { Bindings } from './chain/bindings.ts'
import type { ChainClient } from './chain/client.ts'
import { Wallet } from './chain/wallet.ts'
import { lasting } from './lasting.ts'
import type { Identity } from './network/identity.ts'
import { listeningAt } from './network/joining.ts'
import type { MeshNode } from './network/node.ts'
import type { PeerScores } from './network/peer-scores.ts'
import type { Deals } from './policy/deals.ts'
import type { Policy } from './policy/limits.ts'
import type { SlotRecords } from './policy/slot-records.ts'
import type { TripRecords } from './policy/trip-records.ts'
import { Auctions } from './protocols/auctions/index.ts'
import type { CatchUp } from './protocols/catch-up.ts'
import { Channels } from './protocols/channels/index.ts'
import { Guests } from './protocols/guests/index.ts'
import type { IntentDiscovery } from './protocols/intent-discovery/index.ts'
import {
  type HandledOffers,
  type MessageHandler,
  NEGOTIATION,
  Negotiation,
  type PaymentMethod,
  Settlement,
  Solvency,
} from './protocols/negotiation/index.ts'
import type { NetworkRules } from './protocols/network-rules.ts'
import type { PeerDiscovery } from './protocols/peer-discovery/index.ts'
import { Slots } from './protocols/slot-market/index.ts'
import { Trips } from './protocols/trips/index.ts'

/** How long an offer may name the endpoints of an earlier one, in milliseconds: to gather them takes longer than to sign it. */
const ENDPOINTS_LIFE = 1_000

/** What an agent with a chain has besides: it makes deals, and has them settled. */
export interface Trade {
  chain: ChainClient
  deployment: Deployment
  account: Account
  wallet: Wallet
  bindings: Bindings
  channels: Channels<NegotiationMessage>
  negotiation: Negotiation
  settlement: Settlement
  auctions: Auctions
  guests: Guests
  trips: Trips
  slots: Slots
}

export interface TradeComponents {
  chain: ChainClient
  deployment: Deployment
  identity: Identity
  node: MeshNode
  scores: PeerScores
  rules: NetworkRules
  deals: Deals
  handled: HandledOffers
  slotRecords: SlotRecords
  tripRecords: TripRecords
  /** What agents without a node buy that this one carries, and what they sell. */
  guestDeals: Deals
  guestSales: Deals
  catchUp: CatchUp
  peers: Pick<PeerDiscovery, 'seek'>
  policy: Policy
  paymentMethod: PaymentMethod
  intents: IntentDiscovery
  report: (error: unknown) => void
}

/**
 * Builds what trades; nothing is started yet.
 *
 * @throws ChainError when the chain does not answer
 */
export async function assembleTrade(components: TradeComponents): Promise<Trade> {
  const { chain, deployment, identity, node, scores, rules, deals, handled, policy, report } = components
  const domains = { escrow: escrowDomain(deployment), mesh: meshDomain(deployment) }
  const wallet = new Wallet({ ...chain, ...identity, chainId: deployment.chainId })
  const streams = { node, scores, rules, deployment, deals, report }
  const channels: Channels<NegotiationMessage> = new Channels(streams, NEGOTIATION, (channel, inbound) =>
    hear(channel, inbound),
  )
  const hear: MessageHandler = (channel, inbound) => {
    const { message } = inbound
    if (guests.concerns(message)) return guests.hear(channel, inbound)
    if (message.type === 'proposal') return negotiation.receive(channel, inbound, message)
    if (message.type === 'withdrawal') return negotiation.onWithdrawal(channel, inbound, message.agreementId)
    return settlement.receive(channel, inbound)
  }
  const trading = { identity, deployment, chain, wallet, channels, deals, report }
  const { intents } = components
  const offering = {
    rules,
    handled,
    bindings: new Bindings(chain),
    solvency: new Solvency({ chain, deployment }),
    feeBps: await readFeeBps(chain.client, deployment.contracts.intentEscrow),
    endpoints: lasting(() => listeningAt(node), ENDPOINTS_LIFE),
  }
  const negotiation = new Negotiation({
    ...trading,
    ...offering,
    domain: domains.escrow,
    policy,
    paymentMethod: components.paymentMethod,
    ownIntent: (hash) => intents.own(hash),
  })
  const own = { domains, intents, deals: components.guestDeals, sales: components.guestSales }
  const guests = new Guests({ ...trading, ...offering, ...own })
  const settlement = new Settlement({ ...trading, domains, policy })
  const account = new Account({ identity, wallet, chain, deployment })
  const gossip = { node, identity, scores, rules, report }
  const { peers, catchUp, slotRecords: records } = components
  const seek = (name: string, topic: string) => peers.seek(name, topic)
  const slots = new Slots({ gossip, catchUp, chain, deployment, wallet, records, policy, seek, report })
  const auctions = new Auctions(streams)
  const told = { identity, domain: domains.mesh, records: components.tripRecords, settlement }
  const trips = new Trips({ ...streams, ...told, now: () => chain.now() })
  const { bindings } = offering
  return {
    chain,
    deployment,
    account,
    wallet,
    bindings,
    channels,
    negotiation,
    settlement,
    auctions,
    guests,
    trips,
    slots,
  }
}
