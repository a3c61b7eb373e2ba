import { keccak256 } from 'viem'
import type { Domain } from '../../../protocol/eip712.ts'
import { RefusedError, WireError } from '../../../protocol/errors.ts'
import type { QuestionPayment, ServiceMessage } from '../../../protocol/wire/services.ts'
import type { Identity } from '../../network/identity.ts'
import { background, type Timer } from '../../platform/timers.ts'
import type { Deal } from '../../policy/deal.ts'
import { type Asked, type SignedAnswer, verifyAnswer } from './answers.ts'
import { ASKER_IDLE, MAX_WAITING } from './constants.ts'
import type { Channels } from './protocol.ts'
import { refusedBy } from './refusals.ts'
import type { ServiceAt } from './service-at.ts'
import type { TabRecord } from './tab-record.ts'
import { signVoucher, voucherOf } from './vouchers.ts'

export interface AskerTabComponents {
  identity: Identity
  domains: { escrow: Domain | undefined; mesh: Domain }
  channels: Channels
}

/** What pays for the questions: an agreement, and what is known of it. */
export interface Payment {
  deal: Deal
  record: TabRecord
  escrow: Domain
}

/** One asker's account at one service: asks, so many questions at a time as may be unpaid, and pays for what has come. */
export class AskerTab {
  readonly at: ServiceAt
  /** Minor units per answer. */
  readonly price: bigint
  readonly #components: AskerTabComponents
  readonly #payment: Payment | undefined
  readonly #credit: number
  readonly #waiting: (() => void)[] = []
  /** Who waits until all is answered. */
  readonly #drained: (() => void)[] = []
  readonly #onIdle: () => void
  #asked = 0n
  /** Questions that are not answered, those that wait for their turn included. */
  #open = 0
  #underWay = 0
  #isClosed = false
  /** Why nothing more is asked. */
  #fault: unknown
  #idle: Timer | undefined

  /**
   * @param payment undefined when the service is free
   * @param onIdle called when nothing was asked for a while
   */
  constructor(
    components: AskerTabComponents,
    at: ServiceAt,
    terms: { price: bigint; credit: number; payment: Payment | undefined },
    onIdle: () => void,
  ) {
    this.#components = components
    this.at = at
    this.price = terms.price
    this.#credit = terms.credit
    this.#payment = terms.payment
    this.#onIdle = onIdle
    this.#rest()
  }

  /** Whether nothing more can be asked. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Number of another question, to be asked at once; undefined when it pays for no more. */
  next(): bigint | undefined {
    const isUsedUp = this.#payment !== undefined && this.#asked >= this.#payment.deal.agreement.quantity
    if (this.#isClosed || isUsedUp) return undefined
    this.#asked += 1n
    this.#open += 1
    clearTimeout(this.#idle)
    return this.#asked
  }

  /**
   * Asks a question. One that was sent is waited for to the end, since it is paid for.
   *
   * @param number that which `next` gave
   * @param timeout milliseconds that the answer may take
   * @throws RefusedError `SERVICE_REFUSED`, or `TOO_MANY_QUESTIONS` when too many wait; SignatureError when the answer is
   *   not the provider's; whatever keeps the provider from being reached
   */
  async ask(body: Uint8Array, number: bigint, timeout: number): Promise<SignedAnswer> {
    try {
      await this.#turn()
      return await this.#inTurn(body, number, timeout)
    } finally {
      this.#open -= 1
      if (this.#open === 0) this.#rest()
    }
  }

  async #inTurn(body: Uint8Array, number: bigint, timeout: number): Promise<SignedAnswer> {
    try {
      if (this.#fault !== undefined) throw this.#fault
      const answer = await this.#send(body, number, timeout)
      this.#pay(answer)
      return answer
    } catch (error) {
      // What became of the question is not known, or the provider lies: nothing more is asked on this tab.
      const isRefused = error instanceof RefusedError && error.code === 'SERVICE_REFUSED'
      if (!isRefused) {
        this.#isClosed = true
        this.#fault ??= error
      }
      throw error
    } finally {
      this.#underWay -= 1
      this.#waiting.shift()?.()
    }
  }

  /**
   * Ends it when all is answered that was asked: the provider is told, and settles. What was paid in for questions that
   * were not asked comes back.
   */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#idle)
    if (this.#open > 0) await new Promise<void>((resolve) => this.#drained.push(resolve))
    if (this.#payment === undefined) return
    const { deal, record } = this.#payment
    await record.save()
    const { peer, endpoints } = this.at
    const channel = await this.#components.channels.to(peer, endpoints)
    channel.send({ type: 'closing', agreementId: deal.id, voucher: this.#voucher })
  }

  /** Waits until fewer answers are outstanding than may be unpaid. */
  async #turn(): Promise<void> {
    if (this.#underWay >= this.#credit) {
      if (this.#waiting.length >= MAX_WAITING) {
        throw new RefusedError('TOO_MANY_QUESTIONS', 'Too many questions wait for a provider.', {
          field: 'request',
          expected: `at most ${MAX_WAITING}`,
          remedy: 'Wait for answers before asking more.',
        })
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
    this.#underWay += 1
  }

  async #send(body: Uint8Array, number: bigint, timeout: number): Promise<SignedAnswer> {
    const { domains } = this.#components
    const { agent, capability } = this.at
    const asked: Asked = { agent, capability, question: keccak256(body) }
    const question = () => ({ type: 'question', capability, body, payment: this.#paymentOf(number) }) as const
    const message = await this.#exchange(question, timeout)
    if (message.type === 'refusal') throw refusedBy(message)
    if (message.type === 'answer') return verifyAnswer(domains.mesh, asked, message)
    throw new WireError('MESSAGE_UNEXPECTED', 'A provider answers out of turn.', {
      field: 'answer',
      expected: 'answer',
      received: message.type,
    })
  }

  /** Sends a question, and once more when its stream broke: by its number it is known to be the same. */
  async #exchange(question: () => ServiceMessage, timeout: number): Promise<ServiceMessage> {
    const { channels } = this.#components
    const { peer, endpoints } = this.at
    const once = async () =>
      (await (await channels.to(peer, endpoints)).request(question(), { timeout })).message
    return once().catch((error: unknown) => {
      if (error instanceof RefusedError && error.code === 'CHANNEL_CLOSED') return once()
      throw error
    })
  }

  #paymentOf(number: bigint): QuestionPayment | undefined {
    if (this.#payment === undefined) return undefined
    return { agreementId: this.#payment.deal.id, number, voucher: this.#voucher }
  }

  get #voucher() {
    const voucher = this.#payment?.record.tab.voucher
    return voucher === undefined ? undefined : voucherOf(voucher)
  }

  /** Counts an answer, and signs for all that have come. */
  #pay({ hash }: SignedAnswer): void {
    if (this.#payment === undefined) return
    const { deal, record, escrow } = this.#payment
    const quantity = record.tab.answers + 1n
    const voucher = signVoucher(this.#components.identity, escrow, deal.id, { quantity, evidence: hash })
    record.change({ answers: quantity, voucher })
  }

  #rest(): void {
    for (const resolve of this.#drained.splice(0)) resolve()
    if (this.#isClosed) return
    this.#idle = background(setTimeout(this.#onIdle, ASKER_IDLE))
  }
}
