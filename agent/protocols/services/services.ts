import type { PeerId } from '@libp2p/interface'
import { type Deployment, escrowDomain, meshDomain } from '../../../protocol/deployment.ts'
import type { ServiceMessage } from '../../../protocol/wire/services.ts'
import type { ChainClient } from '../../chain/client.ts'
import type { Identity } from '../../network/identity.ts'
import { protocolName } from '../../network/names.ts'
import { RoundTrips } from '../../network/round-trips.ts'
import type { Deals } from '../../policy/deals.ts'
import { Channels, type ChannelsComponents } from '../channels/index.ts'
import type { Negotiation, Settlement } from '../negotiation/index.ts'
import { AnswerCache } from './answer-cache.ts'
import { messageOf, type SignedAnswer } from './answers.ts'
import { Asker, type RequestOptions } from './asker.ts'
import { MAX_RECALLED, PROTOCOL } from './constants.ts'
import { type Channel, type Inbound, SERVICES } from './protocol.ts'
import { Provider } from './provider.ts'
import { ProviderTabs } from './provider-tabs.ts'
import type { Service } from './service.ts'
import type { ServiceAt } from './service-at.ts'

export interface ServicesComponents extends ChannelsComponents {
  identity: Identity
  deals: Deals
  /** What deals are made with; undefined without a chain. */
  trade:
    | { deployment: Deployment; chain: ChainClient; negotiation: Negotiation; settlement: Settlement }
    | undefined
  nextNonce: () => bigint
  /** Unix seconds. */
  now: () => bigint
}

/** What a peer is told that asks for an answer which is not there. */
const NOT_KNOWN = { type: 'refusal', code: 'ANSWER_UNKNOWN', detail: '' } as const

/** Paid questions and answers: serves what this agent can do, and asks others. */
export class Services {
  readonly #components: ServicesComponents
  readonly #cache = new AnswerCache()
  readonly #channels: Channels<ServiceMessage>
  readonly #tabs: ProviderTabs | undefined
  readonly #provider: Provider
  readonly #asker: Asker

  constructor(components: ServicesComponents) {
    const { node, identity, deployment, deals, trade, nextNonce, now, rules, report } = components
    this.#components = components
    this.#channels = new Channels(components, SERVICES, (channel, inbound) => this.#hear(channel, inbound))
    const domain = meshDomain(deployment)
    const paid = trade && { ...trade, domains: { escrow: escrowDomain(trade.deployment), mesh: domain } }
    this.#tabs = paid && new ProviderTabs({ ...components, ...paid })
    const cache = this.#cache
    this.#provider = new Provider({
      node,
      identity,
      domain,
      nextNonce,
      rules,
      tabs: this.#tabs,
      cache,
      goneOf: (peer) => this.#channels.goneOf(peer),
      now,
      report,
    })
    this.#asker = new Asker({
      identity,
      domains: { escrow: paid?.domains.escrow, mesh: domain },
      channels: this.#channels,
      deals,
      trade,
      cache,
      neighbours: () => this.#neighbours(),
      now,
      report,
    })
  }

  async start(): Promise<void> {
    await this.#channels.start()
    this.#tabs?.start()
  }

  /** @param reason what handlers that still work are told by their signal */
  async stop(reason: unknown): Promise<void> {
    this.#provider.stop(reason)
    await this.#asker.closeAll()
    await this.#tabs?.stop()
    await this.#channels.stop()
  }

  /** @throws ConfigError `CHAIN_REQUIRED`; see `Provider.serve` */
  serve(service: Service): void {
    this.#provider.serve(service)
  }

  unserve(capability: string): void {
    this.#provider.unserve(capability)
  }

  /** What an answer of a service costs; see `Asker.price`. */
  price(at: ServiceAt): Promise<bigint> {
    return this.#asker.price(at)
  }

  /** Asks a service; see `Asker.request`. */
  request(at: ServiceAt, body: Uint8Array, options: RequestOptions): Promise<SignedAnswer> {
    return this.#asker.request(at, body, options)
  }

  /** Closes all tabs at which this agent asks, when all is answered that was asked; their providers settle. */
  settle(): Promise<void> {
    return this.#asker.closeAll()
  }

  async #hear(channel: Channel, inbound: Inbound): Promise<void> {
    const { message, id } = inbound
    switch (message.type) {
      case 'quoteRequest':
        return this.#provider.quote(channel, { id, message })
      case 'question':
        return this.#provider.answer(channel, { id, message })
      case 'recall': {
        const { identity, now } = this.#components
        // Own answers are asked for, and paid.
        const answer = message.agent === identity.address ? undefined : this.#cache.get(message, now())
        channel.send(answer === undefined ? NOT_KNOWN : messageOf(answer), id)
        return
      }
      case 'closing':
        await this.#tabs?.close(message.agreementId, message.voucher, channel.peer)
        return
      default:
        this.#channels.penalize(channel.peer, 'refused')
    }
  }

  /** Connected peers that speak the protocol, nearest first. */
  async #neighbours(): Promise<PeerId[]> {
    const { node, deployment } = this.#components
    const protocol = protocolName(deployment, PROTOCOL)
    const times = new RoundTrips(node)
    const speaking = await Promise.all(
      node.getPeers().map(async (peer) => {
        const { protocols } = await node.peerStore.get(peer).catch(() => ({ protocols: [] as string[] }))
        return protocols.includes(protocol)
          ? [{ peer, time: times.of(peer) ?? Number.POSITIVE_INFINITY }]
          : []
      }),
    )
    const nearest = speaking.flat().sort((a, b) => (a.time === b.time ? 0 : a.time - b.time))
    return nearest.slice(0, MAX_RECALLED).map(({ peer }) => peer)
  }
}
