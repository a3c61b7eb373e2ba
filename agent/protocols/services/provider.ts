import { keccak256 } from 'viem'
import type { Domain } from '../../../protocol/eip712.ts'
import { RefusedError } from '../../../protocol/errors.ts'
import type { Address } from '../../../protocol/types.ts'
import { addressOfPeer, type Identity } from '../../network/identity.ts'
import { domainOf } from '../../network/names.ts'
import type { NetworkRules } from '../network-rules.ts'
import type { AnswerCache } from './answer-cache.ts'
import { messageOf, type SignedAnswer, signAnswer } from './answers.ts'
import { DEFAULT_CREDIT, MAX_CREDIT, MAX_SERVICES, WORK_TIMEOUT } from './constants.ts'
import type { Channel, Inbound, MessageOf } from './protocol.ts'
import type { ProviderTabs } from './provider-tabs.ts'
import { refusalFor } from './refusals.ts'
import { Workshop } from './workshop.ts'

/** Who asks, and until when an answer is of use. */
export interface Asking {
  from: Address
  /** Aborted when the answer takes too long. */
  signal: AbortSignal
}

/** Answers a question; what it throws is reported, and the asker pays nothing. */
export type ServiceHandler = (
  question: Uint8Array,
  asking: Asking,
) => Uint8Array | string | Promise<Uint8Array | string>

export interface ServiceOptions {
  /** Minor units of the payment token per answer; 0n, the default, for a service that is free. */
  price?: bigint
  /** Seconds for which an answer holds, and may be given to others who ask the same; 0n, the default, for none. */
  ttl?: bigint
  /** Answers that may be unpaid at a time: what an asker that goes away can cost. */
  credit?: number
  /** Questions that are worked on at a time, 16 by default; further ones are refused. */
  concurrency?: number
  /** Milliseconds that an answer may take. */
  timeout?: number
}

/** A service with all its options. */
export interface Service extends Required<ServiceOptions> {
  capability: string
  handler: ServiceHandler
}

export interface ProviderComponents {
  identity: Identity
  /** EIP-712 domain of what stays off-chain. */
  domain: Domain
  rules: NetworkRules
  /** Who pays; undefined without a chain, where only free services can be. */
  tabs: ProviderTabs | undefined
  cache: AnswerCache
  /** Unix seconds. */
  now: () => bigint
  report: (error: unknown) => void
}

/** The side that answers. */
export class Provider {
  readonly #components: ProviderComponents
  readonly #services = new Map<string, { service: Service; workshop: Workshop }>()

  constructor(components: ProviderComponents) {
    this.#components = components
  }

  /**
   * Serves a capability from now on.
   *
   * @throws RefusedError `SERVICE_INVALID` when it is served already, or an option is out of its bounds
   */
  serve(capability: string, handler: ServiceHandler, options: ServiceOptions): void {
    const defaults = { price: 0n, ttl: 0n, credit: DEFAULT_CREDIT, concurrency: 16, timeout: WORK_TIMEOUT }
    const service: Service = { ...defaults, ...options, capability, handler }
    this.#check(service)
    this.#services.set(capability, { service, workshop: new Workshop(service) })
    this.#components.rules.follow(domainOf(capability))
  }

  /** Serves it no more; what is worked on is still answered. */
  unserve(capability: string): void {
    this.#services.delete(capability)
  }

  /** Says what so many requests cost. */
  async quote(channel: Channel, { id, message }: Inbound<MessageOf<'quoteRequest'>>): Promise<void> {
    await this.#reply(channel, id, async () => {
      const { service } = this.#serviceOf(message.capability)
      const { rules } = this.#components
      await rules.admit(addressOfPeer(channel.peer), domainOf(service.capability))
      return this.#tabs(service).quote(service, message.requests)
    })
  }

  /** Answers a question, when it is free or paid for. */
  async answer(channel: Channel, { id, message }: Inbound<MessageOf<'question'>>): Promise<void> {
    const { capability, body, payment } = message
    const from = addressOfPeer(channel.peer)
    await this.#reply(channel, id, async () => {
      const { service, workshop } = this.#serviceOf(capability)
      const work = () => this.#work(service, workshop, body, from)
      if (service.price === 0n) {
        await this.#components.rules.admit(from, domainOf(capability))
        return messageOf(await work())
      }
      if (payment === undefined) {
        throw new RefusedError('PAYMENT_REQUIRED', 'A service is not free.', {
          field: 'question.payment',
          expected: `an agreement at ${service.price} per request`,
        })
      }
      const tab = this.#tabs(service).of(payment.agreementId, capability, channel.peer)
      tab.take(payment.voucher)
      return messageOf(await tab.once(payment.number, work))
    })
  }

  #check({ capability, price, ttl, credit, concurrency, timeout }: Service): void {
    const wrong =
      (this.#services.has(capability) && 'capability') ||
      (this.#services.size >= MAX_SERVICES && 'capability') ||
      (price < 0n && 'price') ||
      (ttl < 0n && 'ttl') ||
      (!(1 <= credit && credit <= MAX_CREDIT) && 'credit') ||
      (concurrency < 1 && 'concurrency') ||
      (timeout <= 0 && 'timeout')
    if (wrong === false) return
    throw new RefusedError('SERVICE_INVALID', 'A service cannot be served like this.', {
      field: `serve.${wrong}`,
      expected: `one service per capability, at most ${MAX_SERVICES}; price and ttl from 0, credit 1 to ${MAX_CREDIT}`,
      received: { capability, price, ttl, credit, concurrency, timeout }[wrong],
    })
  }

  /** Works on a question, or finds the answer that holds still. */
  async #work(
    { capability, ttl }: Service,
    workshop: Workshop,
    body: Uint8Array,
    from: Address,
  ): Promise<SignedAnswer> {
    const { identity, cache, now, report } = this.#components
    const question = keccak256(body)
    const known = cache.get({ agent: identity.address, capability, question }, now())
    if (known !== undefined) return known
    const answer = await workshop.answer(body, { question, from, isShared: ttl > 0n }).catch((error) => {
      report(error)
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
    })
  }

  #tabs(service: Service): ProviderTabs {
    const { tabs } = this.#components
    if (tabs !== undefined) return tabs
    throw new RefusedError('SERVICE_UNAVAILABLE', 'A service that costs something needs a chain.', {
      field: 'price',
      received: service.price,
    })
  }
}
