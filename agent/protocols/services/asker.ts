import { keccak256 } from 'viem'
import { z } from 'zod'
import { hashIntent } from '../../../protocol/eip712.ts'
import { RefusedError, TimeoutError, WireError } from '../../../protocol/errors.ts'
import { membersOf, signalSchema } from '../../../protocol/input.ts'
import { CLOCK_SKEW, MAX_SERVICE_BYTES } from '../../../protocol/limits.ts'
import type { Hex, Intent } from '../../../protocol/types.ts'
import { decodeIntent } from '../../../protocol/wire/bodies.ts'
import { decodeSigned } from '../../../protocol/wire/gossip.ts'
import type { ChainClient } from '../../chain/client.ts'
import { chainRequired } from '../../chain/without-chain.ts'
import { abortable } from '../../network/abortable.ts'
import { type Deal, hasEnded, isOpen } from '../../policy/deal.ts'
import type { Deals } from '../../policy/deals.ts'
import { type Received, verify } from '../gossip-topic.ts'
import type { Negotiation } from '../negotiation/index.ts'
import type { AnswerCache } from './answer-cache.ts'
import { type SignedAnswer, verifyAnswer } from './answers.ts'
import { AskerTab, type AskerTabComponents, type Payment } from './asker-tab.ts'
import {
  DEFAULT_REQUESTS,
  MAX_CREDIT,
  MAX_TABS,
  MAX_WORK_TIMEOUT,
  OPEN_TIMEOUT,
  RECALL_TIMEOUT,
  TAB_DURATION,
  TAB_POLICY,
  WORK_TIMEOUT,
} from './constants.ts'
import { NO_PAYMENT, refusedBy, TAB_CODES } from './refusals.ts'
import type { ServiceAt } from './service-at.ts'
import { isTab, type TabDeal, TabRecord } from './tab-record.ts'

export interface RequestOptions {
  /** Which of the agent's capabilities is asked; needed when it has several. */
  capability?: string
  /** Most that an answer may cost, in minor units of the payment token; 0n by default: only what is free. */
  maxPrice?: bigint
  /** How many requests are paid into escrow at a time; what is not used comes back. */
  requests?: number
  /** Milliseconds that the answer may take, up to an hour. */
  timeout?: number
  /** Asks neighbours first whether they were given this answer, and it still holds. They learn of the question's hash. */
  share?: boolean
  signal?: AbortSignal
}

export const requestOptionsSchema = membersOf<RequestOptions>({
  capability: z.string().optional(),
  maxPrice: z.bigint().optional(),
  requests: z.int().positive().optional(),
  timeout: z.number().positive().max(MAX_WORK_TIMEOUT).optional(),
  share: z.boolean().optional(),
  signal: signalSchema.optional(),
})

export interface AskerComponents extends AskerTabComponents {
  deals: Deals
  /** Undefined without a chain: only free services can be asked. */
  trade: { chain: ChainClient; negotiation: Negotiation } | undefined
  cache: AnswerCache
  /** Peers that may have answers to pass on, nearest first. */
  neighbours: () => Promise<ServiceAt['peer'][]>
  /** Unix seconds. */
  now: () => bigint
  report: (error: unknown) => void
}

/** The side that asks. */
export class Asker {
  readonly #components: AskerComponents
  /** Tabs by service, those that are being opened included. */
  readonly #tabs = new Map<string, Promise<AskerTab>>()

  constructor(components: AskerComponents) {
    this.#components = components
  }

  /** Closes all tabs, each when all is answered that was asked. */
  async closeAll(): Promise<void> {
    await Promise.all([...this.#tabs.keys()].map((key) => this.#close(key)))
  }

  /**
   * Asks a service, and pays for the answer.
   *
   * @throws RefusedError `PRICE_TOO_HIGH`, `SERVICE_REFUSED`, `SPENDING_LIMIT` and what else an offer is refused by;
   *   ConfigError `CHAIN_REQUIRED`; TimeoutError; SignatureError; whatever `signal` was aborted with
   */
  async request(at: ServiceAt, body: Uint8Array, options: RequestOptions): Promise<SignedAnswer> {
    const { cache, now } = this.#components
    const { signal, share = false } = options
    if (body.length > MAX_SERVICE_BYTES) throw tooLong(body.length)
    const asked = { agent: at.agent, capability: at.capability, question: keccak256(body) }
    const kept = cache.get(asked, now()) ?? (share ? await this.#recall(asked) : undefined)
    if (kept !== undefined) return kept
    // It is on its way from here on: what comes of it is counted, whether somebody waits for it or not.
    return abortable(() => this.#ask(at, body, options), signal)
  }

  /**
   * What an answer costs: on the tab that is open, else by a new quote, which binds its agent for a minute.
   *
   * @returns minor units
   * @throws RefusedError `SERVICE_REFUSED`, `PEER_UNREACHABLE`; WireError `QUOTE_INVALID`; TimeoutError
   */
  async price(at: ServiceAt): Promise<bigint> {
    const tab = await this.#tabs.get(keyOf(at))?.catch(() => undefined)
    return tab === undefined ? (await this.#quote(at, 1n)).quote.value.price : tab.price
  }

  async #ask(at: ServiceAt, body: Uint8Array, options: RequestOptions): Promise<SignedAnswer> {
    const { cache, now } = this.#components
    const { timeout = WORK_TIMEOUT } = options
    for (let isAgain = false; ; isAgain = true) {
      const { tab, number, opening } = await this.#place(at, options)
      try {
        const answer = await tab.ask(body, number, timeout)
        cache.add(answer, now())
        return answer
      } catch (error) {
        const isOver = isTabOver(error)
        if (isOver || tab.isClosed) this.#leave(keyOf(at), opening)
        // The provider may have closed it meanwhile: another one is as good.
        if (isAgain || !isOver) throw error
      }
    }
  }

  /** A place for a question on the tab at a service, which is opened when there is none with room. */
  async #place(at: ServiceAt, options: RequestOptions) {
    const { maxPrice = 0n } = options
    const key = keyOf(at)
    for (;;) {
      const opening = this.#tabs.get(key) ?? this.#begin(key, at, options)
      const tab = await opening
      if (tab.price > maxPrice) throw tooDear(tab.price, maxPrice)
      const number = tab.next()
      if (number !== undefined) return { tab, number, opening }
      this.#leave(key, opening)
    }
  }

  /** Uses a tab no more, unless it was left already; it is closed when all is answered that was asked. */
  #leave(key: string, opening: Promise<AskerTab>): void {
    if (this.#tabs.get(key) === opening) this.#close(key)
  }

  #begin(key: string, at: ServiceAt, options: RequestOptions): Promise<AskerTab> {
    if (this.#tabs.size >= MAX_TABS) {
      throw new RefusedError('TOO_MANY_TABS', 'Too many services are asked at a time.', {
        field: 'request',
        expected: `at most ${MAX_TABS}`,
        remedy: 'Wait until some have been idle for half a minute.',
      })
    }
    const opening = this.#open(key, at, options)
    this.#tabs.set(key, opening)
    opening.catch(() => {
      if (this.#tabs.get(key) === opening) this.#tabs.delete(key)
    })
    return opening
  }

  async #open(key: string, at: ServiceAt, options: RequestOptions): Promise<AskerTab> {
    const { maxPrice = 0n, requests = DEFAULT_REQUESTS } = options
    const { quote, credit } = await this.#quote(at, BigInt(requests))
    const { price } = quote.value
    if (price > maxPrice) throw tooDear(price, maxPrice)
    const payment = price === 0n ? undefined : await this.#agree(quote, at, credit)
    const onIdle = () => this.#close(key).catch(this.#components.report)
    return new AskerTab(this.#components, at, { price, credit, payment }, onIdle)
  }

  async #quote(at: ServiceAt, requests: bigint): Promise<{ quote: Received<Intent>; credit: number }> {
    const { channels, domains } = this.#components
    const { agent, capability, peer, endpoints } = at
    const channel = await channels.toNew(peer, endpoints)
    const { message } = await channel.request({ type: 'quoteRequest', capability, requests })
    if (message.type === 'refusal') throw refusedBy(message)
    if (message.type !== 'quote') throw wrongQuote('quote', 'quote', message.type)
    const { body, signature } = decodeSigned(message.intent)
    const hash = (intent: Intent) => hashIntent(domains.mesh, intent)
    const quote = verify({ decode: decodeIntent, hash }, body, signature)
    const { value } = quote
    const expected = { agent, capability, side: 'sell', quantity: requests, lot: 1n } as const
    for (const [field, wanted] of Object.entries(expected)) {
      const received = value[field as keyof typeof expected]
      if (received !== wanted) throw wrongQuote(`quote.${field}`, wanted, received)
    }
    const { credit } = message
    if (!(1 <= credit && credit <= MAX_CREDIT)) throw wrongQuote('quote.credit', `1 to ${MAX_CREDIT}`, credit)
    return { quote, credit }
  }

  /** Makes an agreement by a quote, and waits until its payment is in escrow. */
  async #agree(quote: Received<Intent>, at: ServiceAt, credit: number): Promise<Payment> {
    const { deals, trade, domains, report } = this.#components
    const { quantity, price, end } = quote.value
    if (trade === undefined || domains.escrow === undefined) throw chainRequired(NO_PAYMENT)
    // The later the delivery ends, the longer the payment is kept.
    const latest = (await trade.chain.now()) + BigInt(CLOCK_SKEW)
    if (end > latest) throw wrongQuote('quote.end', `at most ${latest}`, end)
    const intent = { ...quote, peerId: at.peer, value: { ...quote.value, endpoints: [...at.endpoints] } }
    const outcome = await trade.negotiation.offer(
      intent,
      { quantity, price },
      {
        duration: TAB_DURATION,
        policy: TAB_POLICY,
        tab: { answers: 0n, credit },
        decide: () => ({ type: 'decline', reason: 'price' }),
      },
    )
    if (outcome.type === 'declined') throw declined(outcome.reason, outcome.detail)
    const { id } = outcome.deal
    const deal = await this.#opened(id)
    return { deal, record: new TabRecord({ deals, report }, deal), escrow: domains.escrow }
  }

  async #opened(id: Deal['id']): Promise<TabDeal> {
    const { deals } = this.#components
    const isDecided = (deal: Deal) => isOpen(deal) || hasEnded(deal)
    const deal = await deals.until(id, isDecided, AbortSignal.timeout(OPEN_TIMEOUT)).catch((cause) => {
      throw new TimeoutError('DEAL_NOT_OPENED', 'A provider does not open the agreement that it signed.', {
        field: 'agreement',
        expected: `open within ${OPEN_TIMEOUT} ms`,
        received: id,
        remedy: 'Ask another provider. It can be opened for a few seconds more; then it is void.',
        cause,
      })
    })
    if (isOpen(deal) && isTab(deal)) return deal
    throw declined('void', `the agreement is ${deal.state}`)
  }

  /** An answer that a neighbour was given. */
  async #recall(asked: { agent: ServiceAt['agent']; capability: string; question: Hex }) {
    const { channels, domains, cache, neighbours, now } = this.#components
    const signal = AbortSignal.timeout(RECALL_TIMEOUT)
    const recalled = (await neighbours()).map(async (peer) => {
      const channel = await abortable(() => channels.to(peer, []), signal)
      const { message } = await channel.request({ type: 'recall', ...asked }, { signal })
      if (message.type !== 'answer') throw new Error('not known')
      const answer = verifyAnswer(domains.mesh, asked, message)
      if (answer.value.expiry <= now()) throw new Error('expired')
      return answer
    })
    const answer = await Promise.any(recalled).catch(() => undefined)
    if (answer !== undefined) cache.add(answer, now())
    return answer
  }

  async #close(key: string): Promise<void> {
    const opening = this.#tabs.get(key)
    this.#tabs.delete(key)
    const tab = await opening?.catch(() => undefined)
    // A provider that cannot be told closes it by itself, some time later.
    await tab?.close().catch(this.#components.report)
  }
}

function tooLong(length: number): RefusedError {
  return new RefusedError('MESSAGE_TOO_LARGE', 'A question is too long.', {
    field: 'question',
    expected: `at most ${MAX_SERVICE_BYTES} bytes`,
    received: `${length} bytes`,
    remedy: 'Ask in parts, or say where the rest can be had.',
  })
}

function keyOf({ agent, capability }: ServiceAt): string {
  return `${agent}/${capability}`
}

function isTabOver(error: unknown): boolean {
  if (!(error instanceof RefusedError) || error.code !== 'SERVICE_REFUSED') return false
  return TAB_CODES.some((code) => String(error.received).startsWith(code))
}

function tooDear(price: bigint, most: bigint): RefusedError {
  return new RefusedError('PRICE_TOO_HIGH', 'A service costs more than the request allows.', {
    field: 'options.maxPrice',
    expected: `at most ${most}`,
    received: price,
    remedy: 'Raise `maxPrice` (minor units per answer), or ask a cheaper agent.',
  })
}

function wrongQuote(field: string, expected: unknown, received: unknown): WireError {
  return new WireError('QUOTE_INVALID', 'A quote is not what was asked for.', { field, expected, received })
}

function declined(reason: string, detail: string): RefusedError {
  return new RefusedError('SERVICE_DECLINED', 'A provider does not keep to its quote.', {
    field: 'offer',
    expected: 'accepted',
    received: detail === '' ? reason : `${reason}: ${detail}`,
    remedy: 'Ask again, or another provider.',
  })
}
