import type { Domain } from '../../../protocol/eip712.ts'
import { RefusedError } from '../../../protocol/errors.ts'
import type { Release, Signed } from '../../../protocol/types.ts'
import type { Voucher } from '../../../protocol/wire/services.ts'
import type { Deal } from '../../policy/deal.ts'
import type { SignedAnswer } from './answers.ts'
import type { TabRecord } from './tab-record.ts'
import { verifyVoucher } from './vouchers.ts'

/** What an asker is to do; `Asker` does so by itself. */
const AGAIN = 'Pay for the answers that came; or begin another agreement, as `request` does by itself.'

/** An agreement about a service as its provider sees it: what was answered, and for how much of it payment is promised. */
export class ProviderTab {
  readonly deal: Deal
  readonly record: TabRecord
  readonly #domain: Domain
  /** Answers by the number of their question, those under way included; the newest only. */
  readonly #byNumber = new Map<bigint, Promise<SignedAnswer>>()
  #running = 0n
  /** When it was used last, in monotonic milliseconds. */
  #usedAt = performance.now()

  /** @param domain the escrow's */
  constructor(deal: Deal, record: TabRecord, domain: Domain) {
    this.deal = deal
    this.record = record
    this.#domain = domain
  }

  /** Release by which the provider can end the agreement. */
  get voucher(): Signed<Release> | undefined {
    return this.record.tab.voucher
  }

  /** Whether nothing was asked for so long, in milliseconds, and nothing is under way. */
  isIdleFor(duration: number): boolean {
    return this.#running === 0n && performance.now() - this.#usedAt > duration
  }

  /** Answers for which no payment is promised. */
  get owed(): bigint {
    return this.record.tab.answers - this.#paid
  }

  /**
   * Takes a voucher in, if it is for more than the one before.
   *
   * @throws SignatureError when its buyer did not sign it; RefusedError `VOUCHER_TOO_HIGH` when it is for more than was
   *   agreed, by which the escrow would pay nothing
   */
  take(voucher: Voucher | undefined): void {
    if (voucher === undefined || voucher.quantity <= this.#paid) return
    const { id, agreement } = this.deal
    if (voucher.quantity > agreement.quantity) {
      throw new RefusedError('VOUCHER_TOO_HIGH', 'A voucher is for more than was agreed.', {
        field: 'voucher.quantity',
        expected: `at most ${agreement.quantity}`,
        received: voucher.quantity,
        remedy: AGAIN,
      })
    }
    const verified = verifyVoucher(this.#domain, id, agreement, voucher)
    // What is paid for was given, though a crash may have made this side forget it.
    const { answers } = this.record.tab
    const given = answers > voucher.quantity ? answers : voucher.quantity
    this.record.change({ voucher: verified, answers: given })
  }

  /**
   * Answers a question, once: a repeated one gets the same answer and costs nothing.
   *
   * @throws RefusedError `TAB_USED_UP`, or `CREDIT_EXCEEDED` when too many answers are unpaid; what `work` throws
   */
  once(number: bigint, work: () => Promise<SignedAnswer>): Promise<SignedAnswer> {
    this.#usedAt = performance.now()
    const known = this.#byNumber.get(number)
    if (known !== undefined) return known
    this.#checkRoom()
    this.#running += 1n
    const answering = work()
    this.#byNumber.set(number, answering)
    for (const oldest of this.#byNumber.keys()) {
      if (BigInt(this.#byNumber.size) <= 2n * this.#credit) break
      this.#byNumber.delete(oldest)
    }
    const end = (isAnswered: boolean) => {
      this.#running -= 1n
      this.#usedAt = performance.now()
      if (isAnswered) this.record.change({ answers: this.record.tab.answers + 1n })
      // What was not answered may be asked again.
      else this.#byNumber.delete(number)
    }
    answering.then(
      () => end(true),
      () => end(false),
    )
    return answering
  }

  get #credit(): bigint {
    return BigInt(this.record.tab.credit)
  }

  get #paid(): bigint {
    return this.voucher?.value.quantity ?? 0n
  }

  #checkRoom(): void {
    const next = this.record.tab.answers + this.#running + 1n
    const { quantity } = this.deal.agreement
    if (next > quantity)
      throw new RefusedError('TAB_USED_UP', 'All requests were answered.', {
        field: 'question.number',
        expected: `at most ${quantity}`,
        remedy: AGAIN,
      })
    if (next > this.#paid + this.#credit) {
      throw new RefusedError('CREDIT_EXCEEDED', 'Too many answers are unpaid.', {
        field: 'question.voucher',
        expected: `a voucher for at least ${next - this.#credit}`,
        received: this.#paid,
        remedy: AGAIN,
      })
    }
  }
}
