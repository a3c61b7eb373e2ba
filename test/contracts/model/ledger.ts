/** The ledger, as its interface describes it: balances of one token, fees set aside, delayed withdrawals, mandates. */
import { ZERO } from './terms.ts'
import { errors, Tally, type Verdict } from './verdict.ts'

export const LEDGER_WITHDRAWAL = 2n * 24n * 3600n

/** What an owner lets its agent spend. */
export interface Caps {
  perPeriod: bigint
  perPayee: bigint
  /** Seconds. */
  period: bigint
}

interface Mandate extends Caps {
  owner: string
  agentId: bigint
  /** Spent in the period of this index. */
  spent: bigint
  index: bigint
}

/** An expense from an owner's balance that its agent's key signed. */
export interface Expense {
  owner: string
  agentId: bigint
  payee: string
  amount: bigint
}

export class LedgerModel {
  readonly balances = new Tally()
  readonly fees = new Tally()
  readonly #wallets: Tally
  readonly #withdrawals = new Map<string, { amount: bigint; availableAt: bigint }>()
  readonly #mandates = new Map<string, Mandate>()
  readonly #paidTo = new Tally()
  readonly #self: string
  readonly #unusable: readonly string[]
  readonly #feeRecipient: string

  /**
   * @param self the ledger's address
   * @param modules who may move balances
   * @param feeRecipient the account that fees are collected to
   * @param wallets the tokens that every address holds
   */
  constructor(self: string, modules: readonly string[], feeRecipient: string, wallets: Tally) {
    this.#self = self
    this.#unusable = [ZERO, self, ...modules]
    this.#feeRecipient = feeRecipient
    this.#wallets = wallets
  }

  /** The caller has approved the ledger for anything, and has what it pays in. */
  deposit(caller: string, account: string, amount: bigint): Verdict {
    const verdict = errors({ InvalidAccount: this.#unusable.includes(account) })
    if (verdict.length > 0) return verdict
    this.pull(caller, amount)
    this.balances.add(account, amount)
    return []
  }

  requestWithdrawal(caller: string, amount: bigint, now: bigint): Verdict {
    this.#withdrawals.set(caller, { amount, availableAt: now + LEDGER_WITHDRAWAL })
    return []
  }

  withdraw(caller: string, to: string, now: bigint): Verdict {
    const request = this.#withdrawals.get(caller) ?? { amount: 0n, availableAt: 0n }
    const balance = this.balances.get(caller)
    const amount = request.amount < balance ? request.amount : balance
    const verdict = errors({
      InvalidAccount: this.#unusable.includes(to),
      NothingToWithdraw: amount === 0n,
      WithdrawalNotReady: now < request.availableAt,
    })
    if (verdict.length > 0) return verdict
    this.#withdrawals.delete(caller)
    this.balances.add(caller, -amount)
    this.#wallets.add(this.#self, -amount)
    this.#wallets.add(to, amount)
    return []
  }

  /** When a queued withdrawal may be taken. */
  availableAt(account: string): bigint | undefined {
    return this.#withdrawals.get(account)?.availableAt
  }

  collectFees(accounts: readonly string[]): Verdict {
    for (const account of accounts) {
      this.balances.add(this.#feeRecipient, this.fees.get(account))
      this.fees.set(account, 0n)
    }
    return []
  }

  setMandate(owner: string, agentId: bigint, caps: Caps, now: bigint): Verdict {
    if (caps.period === 0n) return ['ZeroPeriod']
    const key = `${owner} ${agentId}`
    const before = this.#mandates.get(key)
    const same = before?.period === caps.period
    const counting = same ? before : { spent: 0n, index: now / caps.period }
    this.#mandates.set(key, { ...caps, owner, agentId, spent: counting.spent, index: counting.index })
    return []
  }

  /** What speaks against an expense; nothing is changed. */
  expenseErrors({ owner, agentId, payee, amount }: Expense, now: bigint): Verdict {
    const mandate = this.#mandates.get(`${owner} ${agentId}`)
    if (mandate === undefined) return ['PeriodCapExceeded', 'PayeeCapExceeded']
    const { period, perPeriod, perPayee } = mandate
    const index = now / period
    const spent = mandate.index === index ? mandate.spent : 0n
    const paid = this.#paidTo.get(`${owner} ${agentId} ${period} ${index} ${payee}`)
    return errors({
      PeriodCapExceeded: spent + amount > perPeriod,
      PayeeCapExceeded: paid + amount > perPayee,
    })
  }

  /** Counts an expense against which nothing speaks. */
  spend({ owner, agentId, payee, amount }: Expense, now: bigint): void {
    const mandate = this.#mandates.get(`${owner} ${agentId}`)
    if (mandate === undefined) throw new Error('spent without a mandate')
    const index = now / mandate.period
    mandate.spent = (mandate.index === index ? mandate.spent : 0n) + amount
    mandate.index = index
    this.#paidTo.add(`${owner} ${agentId} ${mandate.period} ${index} ${payee}`, amount)
  }

  /** Whose mandates there are, for which agents. */
  mandates(): { owner: string; agentId: bigint }[] {
    return [...this.#mandates.values()].map(({ owner, agentId }) => ({ owner, agentId }))
  }

  /** What an agent has spent in the present period. */
  spentBy(owner: string, agentId: bigint, now: bigint): bigint {
    const mandate = this.#mandates.get(`${owner} ${agentId}`)
    return mandate !== undefined && mandate.index === now / mandate.period ? mandate.spent : 0n
  }

  /** Tokens come in from outside. */
  pull(account: string, amount: bigint): void {
    this.#wallets.add(account, -amount)
    this.#wallets.add(this.#self, amount)
  }

  take(account: string, amount: bigint): void {
    this.balances.add(account, -amount)
  }

  give(account: string, amount: bigint, fee = 0n): void {
    this.balances.add(account, amount)
    this.fees.add(account, fee)
  }
}
