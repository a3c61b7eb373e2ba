import type { PeerId } from '@libp2p/interface'
import { keccak256 } from 'viem'
import { RefusedError } from '../../../protocol/errors.ts'
import type { Address } from '../../../protocol/types.ts'
import { encodeIntent } from '../../../protocol/wire/bodies.ts'
import { encodeSigned } from '../../../protocol/wire/gossip.ts'
import { chainRequired } from '../../chain/without-chain.ts'
import { either } from '../../network/abortable.ts'
import { addressOfPeer } from '../../network/identity.ts'
import { domainOf } from '../../network/names.ts'
import type { MeshNode } from '../../network/node.ts'
import type { NetworkRules } from '../network-rules.ts'
import type { AnswerCache } from './answer-cache.ts'
import { messageOf, type SignedAnswer, signAnswer } from './answers.ts'
import { groupOfAsker } from './asker-group.ts'
import type { Channel, Inbound, MessageOf } from './protocol.ts'
import type { ProviderTabs } from './provider-tabs.ts'
import { type QuoteComponents, signQuote } from './quotes.ts'
import { NO_PAYMENT, refusalFor } from './refusals.ts'
import type { Service } from './service.ts'
import { Workshop } from './workshop.ts'

export interface ProviderComponents extends QuoteComponents {
  node: MeshNode
  rules: NetworkRules
  /** Who pays; undefined without a chain, where only free services can be. */
  tabs: ProviderTabs | undefined
  cache: AnswerCache
  /** Aborted when a peer is gone. */
  goneOf: (peer: PeerId) => AbortSignal
  /** Unix seconds. */
  now: () => bigint
  report: (error: unknown) => void
}

/** The side that answers. */
export class Provider {
  readonly #components: ProviderComponents
  readonly #services = new Map<string, { service: Service; workshop: Workshop }>()
  readonly #leaving = new AbortController()

  constructor(components: ProviderComponents) {
    this.#components = components
  }

  /** Serves a capability from now on. @throws ConfigError `CHAIN_REQUIRED` when it costs something, and there is no chain */
  serve(service: Service): void {
    const { tabs, rules } = this.#components
    if (service.price > 0n && tabs === undefined) throw chainRequired(NO_PAYMENT)
    this.#services.set(service.capability, { service, workshop: new Workshop(service) })
    rules.follow(domainOf(service.capability))
  }

  /** Serves it no more; what is worked on is still answered. */
  unserve(capability: string): void {
    this.#services.delete(capability)
  }

  /** Ends what is worked on. @param reason what handlers are told by their signal */
  stop(reason: unknown): void {
    this.#leaving.abort(reason)
  }

  /** Says what so many requests cost. */
  async quote(channel: Channel, { id, message }: Inbound<MessageOf<'quoteRequest'>>): Promise<void> {
    await this.#reply(channel, id, async () => {
      const { service } = this.#serviceOf(message.capability)
      const { rules, tabs, now } = this.#components
      await rules.admit(addressOfPeer(channel.peer), domainOf(service.capability))
      const { value, signature } =
        service.price > 0n && tabs !== undefined
          ? await tabs.quote(service, message.requests)
          : signQuote(this.#components, service, message.requests, now())
      return { type: 'quote', intent: encodeSigned(encodeIntent(value), signature), credit: service.credit }
    })
  }

  /** Answers a question, when it is free or paid for. */
  async answer(channel: Channel, { id, message }: Inbound<MessageOf<'question'>>): Promise<void> {
    const { capability, body, payment } = message
    const from = addressOfPeer(channel.peer)
    await this.#reply(channel, id, async () => {
      const { service, workshop } = this.#serviceOf(capability)
      const { node, rules } = this.#components
      // What stands behind a key is known when it was admitted.
      const group = () =>
        groupOfAsker(from, rules.hasStake(from), node.getConnections(channel.peer)[0]?.remoteAddr)
      const signal = either(this.#leaving.signal, this.#components.goneOf(channel.peer))
      const work = () => this.#work(service, workshop, body, { from, group: group(), signal })
      if (service.price === 0n) {
        await rules.admit(from, domainOf(capability))
        return messageOf(await work())
      }
      const { tabs } = this.#components
      if (payment === undefined || tabs === undefined) {
        throw new RefusedError('PAYMENT_REQUIRED', 'A service is not free.', {
          field: 'question.payment',
          expected: `an agreement at ${service.price} per request`,
          remedy: 'Ask with a chain (`rpcUrl`), a balance and `maxPrice`.',
        })
      }
      const tab = tabs.of(payment.agreementId, capability, channel.peer)
      tab.take(payment.voucher)
      return messageOf(await tab.once(payment.number, work))
    })
  }

  /** Works on a question, or finds the answer that holds still. */
  async #work(
    { capability, ttl }: Service,
    workshop: Workshop,
    body: Uint8Array,
    asker: { from: Address; group: string; signal: AbortSignal },
  ): Promise<SignedAnswer> {
    const { identity, cache, now, report } = this.#components
    const question = keccak256(body)
    const known = cache.get({ agent: identity.address, capability, question }, now())
    if (known !== undefined) return known
    const answer = await workshop.answer(body, { ...asker, question, isShared: ttl > 0n }).catch((error) => {
      // That nobody waits any more is no fault of the handler's.
      if (!asker.signal.aborted) report(error)
      throw error
    })
    const signed = signAnswer(this.#components, { capability, question }, answer, { now: now(), ttl })
    cache.add(signed, now())
    return signed
  }

  async #reply(
    channel: Channel,
    id: bigint,
    act: () => Promise<Parameters<Channel['send']>[0]>,
  ): Promise<void> {
    const message = await act().catch(refusalFor)
    if (channel.isOpen) channel.send(message, id)
  }

  #serviceOf(capability: string) {
    const entry = this.#services.get(capability)
    if (entry !== undefined) return entry
    throw new RefusedError('SERVICE_UNKNOWN', 'There is no such service here.', {
      field: 'capability',
      expected: [...this.#services.keys()].join(', ') || 'none',
      received: capability,
      remedy: 'Ask one that it has; search again, for its record may be old.',
    })
  }
}
