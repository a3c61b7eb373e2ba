import { EventEmitter } from 'eventemitter3'
import type { NetworkId } from '../../../protocol/deployment.ts'
import { type Domain, hashIntent } from '../../../protocol/eip712.ts'
import { RefusedError } from '../../../protocol/errors.ts'
import type { Hex, Intent, Signed } from '../../../protocol/types.ts'
import { decodeIntent, encodeIntent } from '../../../protocol/wire/bodies.ts'
import type { AreaAsk } from '../../../protocol/wire/catch-up.ts'
import { cellsAround, cellsOf, concerning, isArea } from '../../network/areas.ts'
import { carrierOf } from '../../network/carrier.ts'
import { domainOf, INTENTS, intentTopic, quotaOfIntents } from '../../network/names.ts'
import type { CatchUp, Said } from '../catch-up.ts'
import {
  Gossip,
  type GossipComponents,
  type GossipKind,
  type Received,
  type Verdict,
} from '../gossip-topic.ts'
import { Interests } from '../interests.ts'
import { checkIntent } from './check-intent.ts'
import { MAX_OWN_INTENTS } from './constants.ts'
import { IntentBook, type ReceivedIntent } from './intent-book.ts'

export interface IntentDiscoveryComponents extends GossipComponents {
  deployment: NetworkId
  domain: Domain
  catchUp: CatchUp
  /** Unix seconds. */
  now: () => bigint
}

/** Spreads intents by gossip within their domain and area, and remembers the open ones. */
export class IntentDiscovery {
  readonly #components: IntentDiscoveryComponents
  readonly #kind: GossipKind<Intent>
  readonly #gossip: Gossip<Intent>
  readonly #book = new IntentBook()
  /** Own intents, as others remember them. */
  readonly #ownBook = new IntentBook()
  /** Own intents by hash: one that a later one replaced can still be answered until it expires. */
  readonly #own = new Map<Hex, ReceivedIntent>()
  readonly #events = new EventEmitter<{ intent: [ReceivedIntent] }>()
  readonly #interests: Interests

  constructor(components: IntentDiscoveryComponents) {
    this.#components = components
    this.#kind = {
      protocol: INTENTS,
      decode: decodeIntent,
      encode: encodeIntent,
      hash: (intent) => hashIntent(components.domain, intent),
      carrierOf: ({ endpoints }) => carrierOf(endpoints),
      routesOf: ({ capability, area }) =>
        isArea(area)
          ? [cellsOf(area).map((cell) => intentTopic(components.deployment, domainOf(capability), cell))]
          : [],
      quotaKey: ({ capability }) => quotaOfIntents(domainOf(capability)),
      domainOf: ({ capability }) => domainOf(capability),
      check: (intent) => this.#check(intent),
      isKnown: (intent) => this.#book.knows(intent),
      admit: (intent) => this.#admit(intent),
    }
    this.#gossip = new Gossip(components, this.#kind)
    components.catchUp.about('intents', (ask) => ({
      open: () => this.#openFor(ask),
      wants: (hash) => !this.#own.has(hash) && !this.#book.has(hash),
      receive: (message, from) =>
        this.#gossip.receiveMissed(message, from, this.#interests.isCaughtUp(ask.domain)),
    }))
    this.#interests = new Interests({
      ...components,
      type: 'intents',
      topicOf: (domain, cell) => intentTopic(components.deployment, domain, cell),
      listen: (topic) => this.#gossip.join(topic),
    })
  }

  start(): void {
    this.#interests.start()
  }

  stop(): void {
    this.#interests.stop()
  }

  /**
   * Listens to the intents of a domain (`energy`) within a radius of an area.
   *
   * @param area H3 cell, or '' for everywhere
   * @param radius kilometres; see `cellsAround`
   */
  join(domain: string, area: string, radius?: number): void {
    this.#components.rules.follow(domain)
    this.#interests.join(domain, area, radius)
  }

  /**
   * Signs an intent and spreads it. It takes the place of an earlier one for the same delivery.
   *
   * @param options.radius kilometres around its area within which agents are to hear of it that listen as far
   * @throws RefusedError when the intent is out of its bounds, or others would not carry it; see `Gossip.sign`; what
   *   `signal` was aborted with before anybody could hear of it
   */
  async publish(
    intent: Intent,
    { radius, signal }: { radius?: number; signal?: AbortSignal } = {},
  ): Promise<ReceivedIntent> {
    const { now, deployment } = this.#components
    const { maxIntentLife, maxLiveIntents } = this.#components.rules.parameters.spam
    checkIntent(intent, now(), maxIntentLife)
    for (const [key, { value }] of this.#own) if (value.expiry < now()) this.#own.delete(key)
    if (this.#own.size >= MAX_OWN_INTENTS) throw tooMany(MAX_OWN_INTENTS)
    const received = await this.#gossip.sign(intent)
    signal?.throwIfAborted()
    if (this.#ownBook.add(received, now(), maxLiveIntents) === 'full') throw tooMany(maxLiveIntents)
    this.#own.set(received.hash, received)
    this.join(domainOf(intent.capability), intent.area)
    const domain = domainOf(intent.capability)
    const topics = cellsAround(intent.area, radius).map((cell) => intentTopic(deployment, domain, cell))
    await this.#gossip.publish(received, topics)
    return received
  }

  /**
   * Spreads what another agent signed that has no node; those who ask this agent are told of it, and its owner, too.
   *
   * @throws RefusedError `INTENT_STALE` when it, or a later one, was spread already; `INTENT_FOREIGN` when this agent does not
   *   listen where it is about; SignatureError; as `publish`
   */
  async carry(signed: Signed<Intent>): Promise<ReceivedIntent> {
    const { now, rules } = this.#components
    const { value } = signed
    checkIntent(value, now(), rules.parameters.spam.maxIntentLife)
    if (!this.#concerns(signed)) throw foreign(value, this.#interests.domains)
    if (this.#book.knows(value)) throw stale(value)
    const received = await this.#gossip.vouchFor(signed)
    if (this.#admit(received) !== 'accept') throw tooMany(rules.parameters.spam.maxLiveIntents)
    await this.#gossip.publish(received)
    return received
  }

  /** An own intent that can still be answered. */
  own(hash: Hex): ReceivedIntent | undefined {
    return this.#own.get(hash)
  }

  /** Others' intents that concern this agent and have not expired. */
  open(): ReceivedIntent[] {
    return this.#book.open(this.#components.now()).filter((intent) => this.#concerns(intent))
  }

  /** Whether another's intent can be answered: it has not expired, and no later one took its place. */
  isOpen(hash: Hex): boolean {
    return this.#book.open(this.#components.now()).some((intent) => intent.hash === hash)
  }

  /** Calls `fn` with each new intent of others. @returns a function that ends it */
  subscribe(fn: (intent: ReceivedIntent) => void): () => void {
    this.#events.on('intent', fn)
    return () => this.#events.off('intent', fn)
  }

  /** What a neighbour asks for; own intents, too, that it missed. */
  #openFor({ domain, cells }: AreaAsk): Said[] {
    const isNear = concerning(cells)
    const now = this.#components.now()
    return [...this.#ownBook.open(now), ...this.#book.open(now)]
      .filter(({ value }) => domainOf(value.capability) === domain && isNear(value.area))
      .map((intent) => this.#gossip.said(intent))
  }

  #check(intent: Intent): Verdict {
    const { now, rules } = this.#components
    try {
      checkIntent(intent, now(), rules.parameters.spam.maxIntentLife)
      return 'accept'
    } catch (error) {
      // Clocks differ: an expiry that is out of bounds here was within them where it came from.
      return error instanceof RefusedError && error.field === 'intent.expiry' ? 'ignore' : 'reject'
    }
  }

  #admit(received: Received<Intent>): Verdict {
    const { now, rules } = this.#components
    if (this.#book.add(received, now(), rules.parameters.spam.maxLiveIntents) !== 'new') return 'ignore'
    if (this.#concerns(received)) this.#events.emit('intent', received)
    return 'accept'
  }

  #concerns({ value: { capability, area } }: Pick<ReceivedIntent, 'value'>): boolean {
    return this.#interests.concerns(domainOf(capability), area)
  }
}

function foreign({ capability, area }: Intent, domains: string[]): RefusedError {
  return new RefusedError('INTENT_FOREIGN', 'An intent is about what its carrier does not listen to.', {
    field: 'intent.capability, intent.area',
    expected: `a domain of ${domains.join(', ') || 'none'}, in its area`,
    received: `${capability} in ${area}`,
    remedy: 'Publish it through a carrier of that domain and area.',
  })
}

function stale({ nonce }: Intent): RefusedError {
  return new RefusedError('INTENT_STALE', 'An intent for the same delivery was published already.', {
    field: 'intent.nonce',
    expected: 'more than that of the one before',
    received: nonce,
    remedy: 'Wait for offers to the one that is there, or publish another with a higher nonce.',
  })
}

function tooMany(most: number): RefusedError {
  return new RefusedError('TOO_MANY_INTENTS', 'Too many own intents can still be answered.', {
    field: 'intent',
    expected: `at most ${most}`,
    remedy: 'Wait until some have expired.',
  })
}
