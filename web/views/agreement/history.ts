import type { AgreementView } from '../../api/views.ts'
import { money } from '../../format/amounts.ts'
import { utc } from '../../format/times.ts'
import { tradedText } from '../../format/traded.ts'

/** One step in the life of an agreement. */
export interface Step {
  kind: 'intent' | 'opened' | 'delivered' | 'disputed' | 'ended' | 'next'
  title: string
  /** ISO 8601; null of what has no time on chain. */
  at: string | null
  tx: string | null
  details: readonly string[]
}

const ZERO = /^0x0+$/

/** What happened to an agreement, the first thing first, and what may come next. */
export function historyOf(view: AgreementView): Step[] {
  const steps: (Step | undefined)[] = [intent(view), opened(view), delivered(view), disputed(view)]
  return [...steps, view.endedAt === null ? next(view) : ended(view)].filter((step) => step !== undefined)
}

function intent({ intentHash }: AgreementView): Step | undefined {
  if (intentHash === null) return undefined
  return {
    ...{ kind: 'intent', title: 'An intent was answered', at: null, tx: null },
    details: ['A signed wish to buy or to sell, heard in the mesh; the chain knows its hash alone.'],
  }
}

function opened(view: AgreementView): Step | undefined {
  if (view.openedAt === null) return undefined
  const { exposure, relayFee } = view
  return {
    ...{ kind: 'opened', title: 'Opened', at: view.openedAt, tx: view.openedTx },
    details: [
      `${money(view.payment, 6)} $ went into escrow.`,
      isSome(exposure) ? `${money(exposure, 6)} $ of the seller’s stake are locked behind it.` : '',
      isSome(relayFee) ? `${money(relayFee, 6)} $ paid whoever submitted it.` : '',
    ].filter(Boolean),
  }
}

function delivered(view: AgreementView): Step | undefined {
  if (view.deliveredAt === null) return undefined
  return {
    ...{ kind: 'delivered', title: 'Delivery reported on chain', at: view.deliveredAt, tx: null },
    details: [
      `The seller says it delivered ${tradedText(view.claimed, view.lot)} of ${tradedText(view.quantity, view.lot)}.`,
    ],
  }
}

function disputed(view: AgreementView): Step | undefined {
  if (view.disputedAt === null) return undefined
  return {
    ...{ kind: 'disputed', title: 'Disputed', at: view.disputedAt, tx: null },
    details: [
      `The buyer contests ${money(view.contested, 6)} $.`,
      view.arbitrator === null || ZERO.test(view.arbitrator)
        ? 'They had agreed on no arbitrator: the split that both signed ends it.'
        : 'Jurors drawn from staked agents rule on it.',
    ],
  }
}

const ENDS: Record<AgreementView['status'], string> = {
  open: '',
  delivered: '',
  disputed: '',
  settled: 'Settled',
  refunded: 'Refunded',
  cancelled: 'Cancelled',
  resolved: 'Resolved',
  revoked: 'Revoked before it was opened',
}

function ended(view: AgreementView): Step {
  const { received, fee, refunded, slashed, traded, lot } = view
  const isSpot = view.openedAt === null && view.status === 'settled'
  return {
    kind: 'ended',
    title: isSpot ? 'Traded and settled at once' : ENDS[view.status],
    at: view.endedAt,
    tx: view.endedTx,
    details: [
      isSome(traded) ? `${tradedText(traded, lot)} were delivered and paid for.` : '',
      isSome(received) ? `${money(received, 6)} $ went to the seller.` : '',
      isSome(fee) ? `${money(fee, 6)} $ were the protocol’s fee.` : '',
      isSome(refunded) ? `${money(refunded, 6)} $ went back to the payer.` : '',
      isSome(slashed) ? `${money(slashed, 6)} $ of the seller’s stake were taken, for the payer.` : '',
      view.status === 'revoked' ? 'A party made its signature worthless.' : '',
    ].filter(Boolean),
  }
}

/** What time or a party does next; nothing waits for anybody's goodwill. */
function next({ status, deadline }: AgreementView): Step | undefined {
  const details = {
    open: `The buyer releases the payment, or the seller reports its delivery${
      deadline === null ? '' : ` until ${utc(deadline)}; after that anybody can have the payer refunded`
    }.`,
    delivered: 'The buyer releases or disputes; if it stays silent through its window, the seller is paid.',
    disputed: 'The arbitrator rules; if it stays silent, the split that both signed ends it.',
  }[status as string]
  if (details === undefined) return undefined
  return { kind: 'next', title: 'What comes next', at: null, tx: null, details: [details] }
}

function isSome(amount: string | null): amount is string {
  return amount !== null && amount !== '0'
}

/** A part of the payment and whose it is. */
export interface Part {
  name: string
  kind: 'seller' | 'fee' | 'refund' | 'held'
  amount: bigint
  /** Who has it; null: the protocol, or the escrow. */
  account: string | null
  /** Of the whole, from 0 to 1. */
  share: number
}

/** To whom the payment went, and what of it is in escrow. */
export function partsOf(view: AgreementView): Part[] {
  const [received, fee, refunded] = [view.received, view.fee, view.refunded].map((sum) =>
    BigInt(sum ?? 0),
  ) as [bigint, bigint, bigint]
  const whole = view.payment === null ? received + fee + refunded : BigInt(view.payment)
  const held = view.endedAt === null && view.openedAt !== null ? whole - received - fee - refunded : 0n
  const parts = [
    { name: 'Seller', kind: 'seller', amount: received, account: view.payout },
    { name: 'Protocol fee', kind: 'fee', amount: fee, account: null },
    { name: 'Back to the payer', kind: 'refund', amount: refunded, account: view.payer ?? view.buyer },
    { name: 'In escrow', kind: 'held', amount: held, account: null },
  ] as const
  return parts
    .filter(({ amount }) => amount > 0n)
    .map((part) => ({ ...part, share: Number((part.amount * 1_000_000n) / whole) / 1e6 }))
}
