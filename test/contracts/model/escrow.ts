/**
 * The escrow, as its interface describes it: what each call needs, and where money and stake go. It checks no
 * signature; a call says who signed what it shows.
 */
import { opening, submission, takePayment } from './submission.ts'
import {
  type Agreement,
  buyerStageBps,
  type Conditions,
  type Deal,
  exposed,
  inOrder,
  MAX_ARBITRATION,
  max,
  meteredPayment,
  paymentFor,
  share,
  stageBps,
  windowEnd,
} from './terms.ts'
import type { PositionKey } from './vault.ts'
import { errors, type Verdict } from './verdict.ts'
import type { Call, DealRecord, SignedBy, Status, World } from './world.ts'

const FINAL: readonly Status[] = ['Settled', 'Refunded', 'Cancelled', 'Resolved', 'Revoked']
const NOTHING: DealRecord = { status: 'None', paid: 0n, claimed: 0n, deliveredAt: 0n, disputedAt: 0n }

export class EscrowModel {
  readonly #records = new Map<string, DealRecord>()
  readonly #nonces = new Set<string>()
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  recordOf(id: string): DealRecord {
    return this.#records.get(id) ?? NOTHING
  }

  isNonceUsed(buyer: string, nonce: bigint): boolean {
    return this.#nonces.has(`${buyer} ${nonce}`)
  }

  /** @param prepaid whether the buyer's wallet pays by an authorisation that is in order */
  open(call: Call, { id, agreement: a }: Deal, buyer: SignedBy, seller: SignedBy, prepaid: boolean): Verdict {
    const verdict = [
      ...errors({ UnexpectedStatus: this.recordOf(id).status !== 'None' }),
      ...opening(this.#world, call, a, buyer, seller, prepaid),
    ]
    if (verdict.length > 0) return verdict
    this.#records.set(id, { ...NOTHING, status: 'Open' })
    this.#world.vault.lock(this.#stake(a), a.exposure)
    takePayment(this.#world, call, a, prepaid)
    this.#world.ledger.give(call.sender, a.relayFee)
    return []
  }

  settle(
    call: Call,
    { id, agreement: a }: Deal,
    quantity: bigint,
    last: boolean,
    release: SignedBy,
  ): Verdict {
    const record = this.recordOf(id)
    const verdict = this.#liveErrors(record)
    if (verdict.length > 0) return verdict
    const ends = quantity === a.quantity || last
    const due = paymentFor(a, quantity)
    verdict.push(
      ...errors({
        InvalidSignature: !consents(a.buyer, release, [a.buyer], call),
        InvalidQuantity:
          quantity > a.quantity || due === 0n || (ends ? due < record.paid : due <= record.paid),
        NotParty: last && quantity !== a.quantity && call.sender !== a.seller,
      }),
    )
    if (verdict.length > 0) return verdict
    this.#pay(id, a, due)
    if (ends) this.#end(id, a, 'Settled')
    return []
  }

  deliver(call: Call, deal: Deal, shown: Conditions, quantity: bigint, evidence: SignedBy): Verdict {
    const { id, agreement: a } = deal
    const verdict = [
      ...errors({
        UnexpectedStatus: this.recordOf(id).status !== 'Open',
        DeliveryNotStarted: call.now < shown.start,
        DeadlinePassed: call.now > a.deadline,
        InvalidQuantity: quantity === 0n || quantity > a.quantity,
        InvalidSignature: !consents(a.seller, evidence, [a.seller], call),
      }),
      ...conditionErrors(deal, shown),
    ]
    if (verdict.length > 0) return verdict
    this.#set(id, { status: 'Delivered', deliveredAt: call.now, claimed: quantity })
    return []
  }

  claim(call: Call, deal: Deal, shown: Conditions): Verdict {
    const { id, agreement: a } = deal
    const record = this.recordOf(id)
    const verdict = [
      ...errors({
        UnexpectedStatus: record.status !== 'Delivered',
        WindowNotPassed: call.now <= windowEnd(shown, record.deliveredAt),
      }),
      ...conditionErrors(deal, shown),
    ]
    if (verdict.length > 0) return verdict
    this.#pay(id, a, claimedPayment(a, record))
    this.#end(id, a, 'Settled')
    return []
  }

  settleByMeter(call: Call, deal: Deal, shown: Conditions, quantity: bigint, reading: SignedBy): Verdict {
    const { id, agreement: a } = deal
    const record = this.recordOf(id)
    const verdict = [
      ...this.#liveErrors(record),
      ...conditionErrors(deal, shown),
      ...errors({
        NoMeter: BigInt(shown.meter) === 0n,
        DeliveryNotEnded: call.now < shown.end,
        InvalidSignature: reading !== shown.meter,
      }),
    ]
    if (verdict.length > 0) return verdict
    const due = max(meteredPayment(a, shown, quantity), record.paid)
    const counted = max(paymentFor(a, quantity < a.quantity ? quantity : a.quantity), record.paid)
    this.#pay(id, a, due)
    const missing = quantity < a.quantity ? paymentFor(a, a.quantity) - counted : 0n
    this.#end(id, a, due === 0n ? 'Refunded' : 'Settled', exposed(a, a.penaltyBps, missing))
    return []
  }

  dispute(call: Call, deal: Deal, shown: Conditions, consent: SignedBy): Verdict {
    const { id, agreement: a } = deal
    const record = this.recordOf(id)
    if (record.status !== 'Delivered') return ['UnexpectedStatus']
    const contested = claimedPayment(a, record) - record.paid
    const verdict = [
      ...conditionErrors(deal, shown),
      ...errors({
        WindowPassed: call.now > windowEnd(shown, record.deliveredAt),
        InvalidSignature: !consents(a.buyer, consent, [a.buyer, a.payer], call),
        NothingContested: contested === 0n,
        NotParty: call.sender === a.seller,
      }),
      ...(BigInt(shown.arbitrator) === 0n
        ? []
        : this.#arbitratorErrors(call, a, shown.arbitrator, contested)),
    ]
    if (verdict.length > 0) return verdict
    if (BigInt(shown.arbitrator) === 0n) {
      this.#pay(id, a, record.paid + share(contested, shown.splitBps))
      this.#end(id, a, 'Resolved')
    } else {
      this.#set(id, { status: 'Disputed', disputedAt: call.now })
      this.#world.ledger.take(call.sender, this.#world.arbitrator.bondFor(contested))
    }
    return []
  }

  resolve(call: Call, deal: Deal, shown: Conditions): Verdict {
    const { id, agreement: a } = deal
    const record = this.recordOf(id)
    if (record.status !== 'Disputed') return ['UnexpectedStatus']
    const { ruling, defendantBps, broken } = this.#world.arbitrator
    const contested = claimedPayment(a, record) - record.paid
    const ruled = ruling === 'Ruled' && !broken
    const silent = (ruling === 'Silent' && !broken) || call.now > record.disputedAt + MAX_ARBITRATION
    const verdict = [...conditionErrors(deal, shown), ...errors({ RulingPending: !ruled && !silent })]
    if (verdict.length > 0) return verdict
    const bps = ruled ? defendantBps : shown.splitBps
    this.#pay(id, a, record.paid + share(contested, bps))
    this.#end(id, a, 'Resolved', ruled ? exposed(a, 10_000n - defendantBps, contested) : 0n)
    return []
  }

  refund(call: Call, { id, agreement: a }: Deal): Verdict {
    const record = this.recordOf(id)
    const verdict = errors({
      UnexpectedStatus: record.status !== 'Open',
      DeadlineNotPassed: call.now <= a.deadline,
    })
    if (verdict.length > 0) return verdict
    this.#end(id, a, 'Refunded', exposed(a, a.penaltyBps, unpaid(a, record)))
    return []
  }

  cancel(call: Call, deal: Deal, shown: Conditions): Verdict {
    const { id, agreement: a } = deal
    const record = this.recordOf(id)
    const isSeller = call.sender === a.seller
    const isBuyer = call.sender === a.buyer || call.sender === a.payer
    const verdict = [
      ...(isSeller ? this.#liveErrors(record) : errors({ UnexpectedStatus: record.status !== 'Open' })),
      ...conditionErrors(deal, shown),
      ...errors({ NotParty: !isSeller && !isBuyer, DeliveryEnded: !isSeller && call.now >= shown.end }),
    ]
    if (verdict.length > 0) return verdict
    const left = unpaid(a, record)
    if (isBuyer) {
      this.#pay(id, a, record.paid + share(left, buyerStageBps(a, shown, call.now)))
      this.#end(id, a, 'Cancelled')
      return []
    }
    const isLate = record.status === 'Delivered' || call.now >= shown.start
    const bps = isLate ? a.penaltyBps : stageBps(a, shown, call.now)
    this.#end(id, a, isLate ? 'Refunded' : 'Cancelled', exposed(a, bps, left))
    return []
  }

  revoke(call: Call, { id, agreement: a }: Deal): Verdict {
    const verdict = errors({
      UnexpectedStatus: this.recordOf(id).status !== 'None',
      InvalidDeadline: a.deadline === 0n,
      NotParty: ![a.buyer, a.payer, a.seller].includes(call.sender),
    })
    if (verdict.length > 0) return verdict
    this.#set(id, { status: 'Revoked' })
    return []
  }

  trade(call: Call, { agreement: a }: Deal, buyer: SignedBy, seller: SignedBy): Verdict {
    const verdict = [
      ...errors({
        InvalidDeadline: a.deadline !== 0n || a.exposure !== 0n,
        NonceUsed: this.isNonceUsed(a.buyer, a.nonce),
      }),
      ...submission(this.#world, call, a, buyer, seller, 'trade'),
    ]
    if (verdict.length > 0) return verdict
    this.#nonces.add(`${a.buyer} ${a.nonce}`)
    const payment = paymentFor(a, a.quantity)
    takePayment(this.#world, call, a, false)
    this.#earn(a, payment, 0n)
    this.#world.ledger.give(call.sender, a.relayFee)
    return []
  }

  revokeNonces(call: Call, nonces: readonly bigint[]): Verdict {
    for (const nonce of nonces) this.#nonces.add(`${call.sender} ${nonce}`)
    return []
  }

  #stake(a: Agreement): PositionKey {
    return { agentId: a.agentId, depositor: a.staker, module: this.#world.addresses.escrow }
  }

  #set(id: string, changes: Partial<DealRecord>): void {
    this.#records.set(id, { ...this.recordOf(id), ...changes })
  }

  #liveErrors(record: DealRecord): Verdict {
    return errors({ UnexpectedStatus: record.status !== 'Open' && record.status !== 'Delivered' })
  }

  #arbitratorErrors(call: Call, a: Agreement, address: string, contested: bigint): Verdict {
    const { arbitrator, addresses, ledger } = this.#world
    if (address !== addresses.arbitrator) return ['(no data)']
    return errors({
      ArbitratorTooSlow: arbitrator.maxDuration > MAX_ARBITRATION,
      Error: arbitrator.broken,
      BalanceTooLow:
        a.token === addresses.token && ledger.balances.get(call.sender) < arbitrator.bondFor(contested),
    })
  }

  /** The seller's side has earned so much, all in all. */
  #pay(id: string, a: Agreement, total: bigint): void {
    this.#earn(a, total, this.recordOf(id).paid)
    this.#set(id, { paid: total })
  }

  /** Fees are a share of the sum, so that many payments cost what one does. */
  #earn(a: Agreement, total: bigint, before: bigint): void {
    const fee = share(total, this.#world.feeBps) - share(before, this.#world.feeBps)
    this.#world.ledger.give(a.payout, total - before - fee, fee)
  }

  /** The payer gets what was not paid; the exposure, less what is slashed, is free again. */
  #end(id: string, a: Agreement, status: Status, slashed = 0n): void {
    if (!FINAL.includes(status)) throw new Error(`${status} is no end`)
    this.#world.ledger.give(a.payer, unpaid(a, this.recordOf(id)))
    this.#set(id, { status })
    this.#world.vault.slash(this.#stake(a), slashed, a.payer)
    this.#world.vault.unlock(this.#stake(a), a.exposure - slashed)
  }
}

const unpaid = (a: Agreement, record: DealRecord) => paymentFor(a, a.quantity) - record.paid

/** What was reported comes to, and not less than what the buyer has released. */
const claimedPayment = (a: Agreement, record: DealRecord) => max(paymentFor(a, record.claimed), record.paid)

/** A signature is needed unless one of these calls; one that is shown must be right. */
function consents(signer: string, signedBy: SignedBy, callers: readonly string[], call: Call): boolean {
  return signedBy === undefined ? callers.includes(call.sender) : signedBy === signer
}

function conditionErrors({ agreement, conditions }: Deal, shown: Conditions): Verdict {
  const fields = Object.keys(conditions) as (keyof Conditions)[]
  return errors({
    ConditionsMismatch: fields.some((field) => conditions[field] !== shown[field]),
    InvalidConditions: !inOrder(agreement, shown),
  })
}
