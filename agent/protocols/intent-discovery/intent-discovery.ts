import { EventEmitter } from 'node:events'
import type { Deployment } from '../../../protocol/deployment.ts'
import { type Domain, hashIntent } from '../../../protocol/eip712.ts'
import { RefusedError } from '../../../protocol/errors.ts'
import { CLOCK_SKEW } from '../../../protocol/limits.ts'
import type { Hex, Intent } from '../../../protocol/types.ts'
import { decodeIntent, encodeIntent } from '../../../protocol/wire/bodies.ts'
import { domainOf, INTENTS, intentTopic, quotaOfIntents } from '../../network/names.ts'
import { Gossip, type GossipComponents, type Received, type Verdict } from '../gossip-topic.ts'
import { MAX_OWN_INTENTS } from './constants.ts'
import { IntentBook, type ReceivedIntent } from './intent-book.ts'

export interface IntentDiscoveryComponents extends GossipComponents {
  deployment: Deployment
  domain: Domain
  /** Unix seconds. */
  now: () => bigint
}

/** Spreads intents by gossip within their domain and area, and remembers the open ones. */
export class IntentDiscovery {
  readonly #components: IntentDiscoveryComponents
  readonly #gossip: Gossip<Intent>
  readonly #book = new IntentBook()
  /** Own intents, as others remember them. */
  readonly #ownBook = new IntentBook()
  /** Own intents by hash: one that a later one replaced can still be answered until it expires. */
  readonly #own = new Map<Hex, ReceivedIntent>()
  readonly #events = new EventEmitter<{ intent: [ReceivedIntent] }>().setMaxListeners(0)
  readonly #topics = new Set<string>()

  constructor(components: IntentDiscoveryComponents) {
    this.#components = components
    this.#gossip = new Gossip(components, {
      protocol: INTENTS,
      decode: decodeIntent,
      encode: encodeIntent,
      hash: (intent) => hashIntent(components.domain, intent),
      topicOf: ({ capability, area }) => intentTopic(components.deployment, domainOf(capability), area),
      quotaKey: ({ capability }) => quotaOfIntents(domainOf(capability)),
      domainOf: ({ capability }) => domainOf(capability),
      check: (intent) => this.#check(intent),
      isKnown: (intent) => this.#book.knows(intent),
      admit: (intent) => this.#admit(intent),
    })
  }

  /** Listens to the intents of a domain (`energy`) in an area. */
  join(domain: string, area: string): void {
    const topic = intentTopic(this.#components.deployment, domain, area)
    if (this.#topics.has(topic)) return
    this.#topics.add(topic)
    this.#components.rules.follow(domain)
    this.#gossip.join(topic)
  }

  /**
   * Signs an intent and spreads it. It takes the place of an earlier one for the same delivery.
   *
   * @throws RefusedError when the intent is out of its bounds, or others would not carry it; see `Gossip.sign`
   */
  async publish(intent: Intent): Promise<ReceivedIntent> {
    const { now } = this.#components
    const { maxIntentLife, maxLiveIntents } = this.#components.rules.parameters.spam
    checkIntent(intent, now(), maxIntentLife)
    for (const [key, { value }] of this.#own) if (value.expiry < now()) this.#own.delete(key)
    if (this.#own.size >= MAX_OWN_INTENTS) throw tooMany(MAX_OWN_INTENTS)
    const received = await this.#gossip.sign(intent)
    if (this.#ownBook.add(received, now(), maxLiveIntents) === 'full') throw tooMany(maxLiveIntents)
    this.#own.set(received.hash, received)
    this.join(domainOf(intent.capability), intent.area)
    await this.#gossip.publish(received)
    return received
  }

  /** An own intent that can still be answered. */
  own(hash: Hex): ReceivedIntent | undefined {
    return this.#own.get(hash)
  }

  /** Others' intents that have not expired. */
  open(): ReceivedIntent[] {
    return this.#book.open(this.#components.now())
  }

  /** Calls `fn` with each new intent of others. @returns a function that ends it */
  subscribe(fn: (intent: ReceivedIntent) => void): () => void {
    this.#events.on('intent', fn)
    return () => this.#events.off('intent', fn)
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
    this.#events.emit('intent', received)
    return 'accept'
  }
}

/**
 * Checks what an intent says.
 *
 * @param now Unix seconds
 * @param maxLife seconds that an intent may live; see `SpamRules.maxIntentLife`
 * @throws RefusedError `INTENT_EXPIRED`, or `INTENT_INVALID` with the field.
 */
export function checkIntent(intent: Intent, now: bigint, maxLife: number): void {
  const { quantity, lot, price, start, end, expiry, capability } = intent
  if (expiry < now) {
    throw new RefusedError('INTENT_EXPIRED', 'An intent has expired.', {
      field: 'intent.expiry',
      expected: `at least ${now}`,
      received: expiry,
      remedy: 'Publish a new one.',
    })
  }
  const wrong =
    (capability.length === 0 && 'capability') ||
    (quantity <= 0n && 'quantity') ||
    (lot <= 0n && 'lot') ||
    (price < 0n && 'price') ||
    (end <= start && 'end') ||
    (expiry > now + BigInt(maxLife + CLOCK_SKEW) && 'expiry')
  if (wrong === false) return
  throw new RefusedError('INTENT_INVALID', 'An intent is out of its bounds.', {
    field: `intent.${wrong}`,
    received: intent[wrong],
  })
}

function tooMany(most: number): RefusedError {
  return new RefusedError('TOO_MANY_INTENTS', 'Too many own intents can still be answered.', {
    field: 'intent',
    expected: `at most ${most}`,
    remedy: 'Wait until some have expired.',
  })
}
