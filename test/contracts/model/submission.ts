/** What has to hold of an agreement when it is submitted, and who pays it. */

import type { Expense } from './ledger.ts'
import { type Agreement, MAX_DURATION, paymentFor, WHOLE, ZERO } from './terms.ts'
import { errors, type Verdict } from './verdict.ts'
import type { Call, SignedBy, World } from './world.ts'

type Kind = 'open' | 'trade'

/** What speaks against opening an agreement. */
export function opening(
  world: World,
  call: Call,
  a: Agreement,
  buyer: SignedBy,
  seller: SignedBy,
  prepaid: boolean,
): Verdict {
  const stake = { agentId: a.agentId, depositor: a.staker, module: world.addresses.escrow }
  return [
    ...errors({
      InvalidDeadline: a.deadline <= a.expiry || a.deadline > call.now + MAX_DURATION,
      InsufficientStake: a.exposure > world.vault.free(stake),
    }),
    ...submission(world, call, a, buyer, seller, prepaid ? 'prepaid' : 'open'),
  ]
}

/** What speaks against submitting an agreement, opened or traded. */
export function submission(
  world: World,
  call: Call,
  a: Agreement,
  buyer: SignedBy,
  seller: SignedBy,
  kind: Kind | 'prepaid',
): Verdict {
  const { escrow, ledger } = world.addresses
  const payment = a.lot === 0n ? undefined : paymentFor(a, a.quantity)
  return [
    ...errors({
      AgreementExpired: call.now > a.expiry,
      SameParty: a.buyer === a.seller || a.payer === a.seller,
      InvalidPayout: [ZERO, escrow, ledger].includes(a.payout),
      InvalidToken: a.token === ZERO,
      ZeroLot: payment === undefined,
      InvalidPayment: payment !== undefined && (payment === 0n || payment >= 2n ** 96n),
      FeeMismatch: a.feeBps !== world.feeBps,
      ShareTooLarge: a.penaltyBps > WHOLE,
      SellerNotBound: !sellerIsBound(world, a),
      InvalidSignature: buyer !== a.buyer || seller !== a.seller,
    }),
    ...(payment === undefined ? [] : fundingErrors(world, call, a, payment, kind)),
  ]
}

function sellerIsBound({ registry }: World, a: Agreement): boolean {
  if (a.agentId === 0n) return a.exposure === 0n && a.sellerEpoch === 0n && a.staker === ZERO
  const { agentId, epoch, owner } = registry.bindingOf(a.seller)
  return agentId === a.agentId && epoch === a.sellerEpoch && owner === a.staker
}

/** What the payer pays whom. */
function expenses(world: World, call: Call, a: Agreement): Expense[] {
  const payment = paymentFor(a, a.quantity)
  const { agentId } = world.registry.bindingOf(a.buyer)
  const expense = (payee: string, amount: bigint) => ({ owner: a.payer, agentId, payee, amount })
  return [expense(a.payout, payment), ...(a.relayFee === 0n ? [] : [expense(call.sender, a.relayFee)])]
}

function fundingErrors(
  world: World,
  call: Call,
  a: Agreement,
  payment: bigint,
  kind: Kind | 'prepaid',
): Verdict {
  const binding = world.registry.bindingOf(a.buyer)
  const isOwn = a.payer === a.buyer
  const isBound = binding.agentId !== 0n && binding.owner === a.payer && binding.epoch === a.buyerEpoch
  if (kind === 'prepaid') return errors({ PayerNotBound: !isOwn })
  const verdict = errors({ PayerNotBound: !isOwn && !isBound })
  // A payer that is its own payout account has back what it earned before it pays the relay fee of a trade.
  const back = kind === 'trade' && a.payout === a.payer ? payment - (payment * world.feeBps) / WHOLE : 0n
  const balance = a.token === world.addresses.token ? world.ledger.balances.get(a.payer) : 0n
  if (balance < payment || balance - payment + back < a.relayFee) verdict.push('BalanceTooLow')
  if (kind === 'open' && balance < payment + a.relayFee) verdict.push('BalanceTooLow')
  if (isOwn || !isBound) return verdict
  // Nobody gave a mandate for another token.
  if (a.token !== world.addresses.token) return [...verdict, 'PeriodCapExceeded', 'PayeeCapExceeded']
  return [...verdict, ...expenseErrors(world, call, expenses(world, call, a))]
}

/** The second of two expenses meets the caps with the first one counted. */
function expenseErrors(world: World, call: Call, [first, second]: Expense[]): Verdict {
  if (first === undefined) return []
  const verdict = world.ledger.expenseErrors(first, call.now)
  if (second === undefined) return verdict
  const both = first.amount + second.amount
  const samePayee = first.payee === second.payee
  const period = world.ledger
    .expenseErrors({ ...second, amount: both }, call.now)
    .includes('PeriodCapExceeded')
  const payee = world.ledger
    .expenseErrors({ ...second, amount: samePayee ? both : second.amount }, call.now)
    .includes('PayeeCapExceeded')
  return [...verdict, ...errors({ PeriodCapExceeded: period, PayeeCapExceeded: payee })]
}

/** Takes payment and relay fee from who pays, when nothing speaks against it. */
export function takePayment(world: World, call: Call, a: Agreement, prepaid: boolean): void {
  const amount = paymentFor(a, a.quantity) + a.relayFee
  if (prepaid) {
    world.ledger.pull(a.buyer, amount)
    return
  }
  world.ledger.take(a.payer, amount)
  if (a.payer === a.buyer) return
  for (const expense of expenses(world, call, a)) world.ledger.spend(expense, call.now)
}
