/** What people do with agreements, rightly and wrongly. */
import { TypedDataEncoder } from 'ethers'
import { disputeTypes, EVIDENCE, evidenceTypes, readingTypes, releaseTypes } from '../agreement.ts'
import { type Actor, encodeFunding } from './chain.ts'
import { draft, forged, shown } from './drafts.ts'
import type { DealRecord, SignedBy } from './escrow.ts'
import type { Action, Ready, Session } from './session.ts'
import { type Deal, paymentFor, windowEnd, ZERO } from './terms.ts'
import type { Verdict } from './verdict.ts'

type Types = Record<string, { name: string; type: string }[]>
interface Signature {
  bytes: string
  by: SignedBy
}

const isLive = ({ status }: DealRecord) => status === 'Open' || status === 'Delivered'

/** When something can be done with a deal, by whoever may. */
export const ready = {
  settle: (_, record) => isLive(record),
  deliver: ({ agreement, conditions }, { status }, now) =>
    status === 'Open' && conditions.start <= now && now <= agreement.deadline,
  claim: ({ conditions }, { status, deliveredAt }, now) =>
    status === 'Delivered' && now > windowEnd(conditions, deliveredAt),
  settleByMeter: ({ conditions }, record, now) =>
    isLive(record) && conditions.meter !== ZERO && conditions.end <= now,
  dispute: ({ conditions }, { status, deliveredAt }, now) =>
    status === 'Delivered' && now <= windowEnd(conditions, deliveredAt),
  resolve: (_, { status }) => status === 'Disputed',
  refund: ({ agreement }, { status }, now) => status === 'Open' && now > agreement.deadline,
  cancel: (_, record) => isLive(record),
  revoke: (_, { status }) => status === 'None',
} satisfies { [name: string]: Ready }

const NOTHING: Signature = { bytes: '0x', by: undefined }
const authorizationTypes: Types = {
  ReceiveWithAuthorization: [
    { name: 'from', type: 'address' },
    { name: 'to', type: 'address' },
    { name: 'value', type: 'uint256' },
    { name: 'validAfter', type: 'uint256' },
    { name: 'validBefore', type: 'uint256' },
    { name: 'nonce', type: 'bytes32' },
  ],
}

/** Mostly signed by who should; otherwise by somebody else, for something else, or not at all. */
function signed(session: Session, right: Actor, digest: string): Signature {
  const how = session.random.int(30)
  if (how === 0) return NOTHING
  if (how === 1)
    return { bytes: right.sign(TypedDataEncoder.hash({}, disputeTypes, { agreement: digest })), by: 'nobody' }
  if (how === 2) return { bytes: '0x1234', by: 'nobody' }
  const signer = how === 3 ? session.anybody() : right
  return { bytes: signer.sign(digest), by: signer.address }
}

function typed(session: Session, types: Types, message: object): string {
  return TypedDataEncoder.hash(session.chain.domains.escrow, types, message as Record<string, unknown>)
}

/** Anybody with the signature, or who needs none. */
function consent(session: Session, right: string, digest: string): { from: Actor; signature: Signature } {
  const signer = session.actor(right)
  if (session.random.once(2)) return { from: session.mostly(right), signature: NOTHING }
  return { from: session.anybody(), signature: signed(session, signer, digest) }
}

function quantityOf({ random }: Session, { agreement: { quantity } }: Deal): bigint {
  return random.weighted([
    [6, random.bigint(quantity + 1n)],
    [4, quantity],
    [1, quantity + 1n],
    [1, 0n],
  ])
}

export function open(session: Session, given?: Deal): Action {
  const { random, chain, escrow } = session
  const isNew = session.deals.length === 0 || !random.once(8)
  const deal = given ?? (isNew ? draft(session, random.once(20)) : random.pick(session.deals))
  const { agreement: a, id } = deal
  const buyer = signed(session, session.actor(a.buyer), id)
  const seller = signed(session, session.actor(a.seller), id)
  const kind =
    a.token === chain.addresses.token && a.lot !== 0n ? random.pick(['', '', 'Permit', 'Authorization']) : ''
  let funding = '0x'
  if (kind === 'Permit') funding = encodeFunding(kind, session.anybody().sign(id))
  if (kind === 'Authorization') {
    const message = {
      from: a.buyer,
      to: chain.addresses.ledger,
      value: paymentFor(a, a.quantity) + a.relayFee,
    }
    const whole = { ...message, validAfter: 0, validBefore: 2n ** 256n - 1n, nonce: id }
    const digest = TypedDataEncoder.hash(chain.domains.token, authorizationTypes, whole)
    funding = encodeFunding(kind, session.actor(a.buyer).sign(digest))
  }
  const from = session.anybody()
  return {
    name: 'open',
    from,
    to: chain.addresses.escrow,
    data: chain.interfaces.escrow.encodeFunctionData('open', [
      session.encoded(deal),
      buyer.bytes,
      seller.bytes,
      funding,
    ]),
    expect: (now) => escrow.open({ sender: from.address, now }, deal, buyer.by, seller.by, kind !== ''),
    deals: [deal],
  }
}

/** The given deal, or one that is ready, or a forgery of it. */
function target(session: Session, test: Ready, given?: Deal): Deal {
  const deal = given ?? session.find(test) ?? draft(session, false)
  return session.random.once(25) ? forged(session, deal) : deal
}

export function settle(session: Session, given?: Deal): Action {
  const { chain, escrow, random } = session
  const deal = target(session, ready.settle, given)
  const quantity = quantityOf(session, deal)
  const last = random.once(4)
  const message = { agreement: deal.id, quantity, last, evidence: EVIDENCE }
  const { from: anybody, signature } = consent(
    session,
    deal.agreement.buyer,
    typed(session, releaseTypes, message),
  )
  const from = last && signature.by !== undefined ? session.mostly(deal.agreement.seller) : anybody
  return {
    name: 'settle',
    from,
    to: chain.addresses.escrow,
    data: chain.interfaces.escrow.encodeFunctionData('settle', [
      session.encoded(deal),
      quantity,
      last,
      EVIDENCE,
      signature.bytes,
    ]),
    expect: (now) => escrow.settle({ sender: from.address, now }, deal, quantity, last, signature.by),
    deals: [deal],
  }
}

export function deliver(session: Session, given?: Deal): Action {
  const { chain, escrow } = session
  const deal = target(session, ready.deliver, given)
  const quantity = quantityOf(session, deal)
  const digest = typed(session, evidenceTypes, { agreement: deal.id, quantity, evidence: EVIDENCE })
  const { from, signature } = consent(session, deal.agreement.seller, digest)
  const conditions = shown(session, deal)
  const values = [session.encoded(deal), conditions, quantity, EVIDENCE, signature.bytes] as const
  return {
    name: 'deliver',
    from,
    to: chain.addresses.escrow,
    data: chain.interfaces.escrow.encodeFunctionData('deliver', [...values]),
    expect: (now) => escrow.deliver({ sender: from.address, now }, deal, conditions, quantity, signature.by),
    deals: [deal],
  }
}

export function settleByMeter(session: Session, given?: Deal): Action {
  const { chain, escrow } = session
  const deal = target(session, ready.settleByMeter, given)
  const quantity = quantityOf(session, deal)
  const digest = typed(session, readingTypes, { agreement: deal.id, quantity })
  const conditions = shown(session, deal)
  const signature = signed(session, session.actor(conditions.meter), digest)
  const from = session.anybody()
  const values = [session.encoded(deal), conditions, quantity, signature.bytes] as const
  return {
    name: 'settleByMeter',
    from,
    to: chain.addresses.escrow,
    data: chain.interfaces.escrow.encodeFunctionData('settleByMeter', [...values]),
    expect: (now) =>
      escrow.settleByMeter({ sender: from.address, now }, deal, conditions, quantity, signature.by),
    deals: [deal],
  }
}

export function dispute(session: Session, given?: Deal): Action {
  const { chain, escrow, random } = session
  const deal = target(session, ready.dispute, given)
  const party = random.pick([deal.agreement.buyer, deal.agreement.payer])
  const digest = typed(session, disputeTypes, { agreement: deal.id })
  const isSilent = random.once(2)
  const from = isSilent ? session.mostly(party) : session.anybody()
  const signature = isSilent ? NOTHING : signed(session, session.actor(deal.agreement.buyer), digest)
  const conditions = shown(session, deal)
  const values = [session.encoded(deal), conditions, signature.bytes] as const
  return {
    name: 'dispute',
    from,
    to: chain.addresses.escrow,
    data: chain.interfaces.escrow.encodeFunctionData('dispute', [...values]),
    expect: (now) => escrow.dispute({ sender: from.address, now }, deal, conditions, signature.by),
    deals: [deal],
  }
}

/** Calls that show an agreement and its conditions, and need nobody's signature. */
function plain(session: Session, name: 'claim' | 'resolve' | 'cancel', given?: Deal): Action {
  const { chain, escrow, random } = session
  const deal = target(session, ready[name], given)
  const { buyer, payer, seller } = deal.agreement
  const from = name === 'cancel' ? session.mostly(random.pick([buyer, payer, seller])) : session.anybody()
  const conditions = shown(session, deal)
  return {
    name,
    from,
    to: chain.addresses.escrow,
    data: chain.interfaces.escrow.encodeFunctionData(name, [session.encoded(deal), conditions]),
    expect: (now) => escrow[name]({ sender: from.address, now }, deal, conditions),
    deals: [deal],
  }
}

export const claim = (session: Session, given?: Deal) => plain(session, 'claim', given)
export const resolve = (session: Session, given?: Deal) => plain(session, 'resolve', given)
export const cancel = (session: Session, given?: Deal) => plain(session, 'cancel', given)

export function refund(session: Session, given?: Deal): Action {
  const { chain, escrow } = session
  const deal = target(session, ready.refund, given)
  const from = session.anybody()
  return {
    name: 'refund',
    from,
    to: chain.addresses.escrow,
    data: chain.interfaces.escrow.encodeFunctionData('refund', [session.encoded(deal)]),
    expect: (now) => escrow.refund({ sender: from.address, now }, deal),
    deals: [deal],
  }
}

export function revoke(session: Session): Action {
  const { chain, escrow, random } = session
  const deal = random.once(2) ? draft(session, random.once(6)) : target(session, ready.revoke)
  const { buyer, payer, seller } = deal.agreement
  const from = session.mostly(random.pick([buyer, payer, seller]))
  return {
    name: 'revoke',
    from,
    to: chain.addresses.escrow,
    data: chain.interfaces.escrow.encodeFunctionData('revoke', [session.encoded(deal)]),
    expect: (now) => escrow.revoke({ sender: from.address, now }, deal),
    deals: [deal],
  }
}

function tradeCall(session: Session, from: Actor, given?: Deal) {
  const { chain, escrow, random } = session
  const old = session.deals.filter(({ agreement }) => agreement.deadline === 0n)
  const again = old.length > 0 && random.once(5) ? random.pick(old) : undefined
  const deal = given ?? again ?? draft(session, !random.once(20))
  const buyer = signed(session, session.actor(deal.agreement.buyer), deal.id)
  const seller = signed(session, session.actor(deal.agreement.seller), deal.id)
  return {
    data: chain.interfaces.escrow.encodeFunctionData('trade', [
      session.encoded(deal),
      buyer.bytes,
      seller.bytes,
    ]),
    expect: (now: bigint) => escrow.trade({ sender: from.address, now }, deal, buyer.by, seller.by),
    deals: [deal],
  }
}

export function trade(session: Session, given?: Deal): Action {
  const from = session.anybody()
  return { name: 'trade', from, to: session.chain.addresses.escrow, ...tradeCall(session, from, given) }
}

/** Several trades at once; a bad one spoils nothing. */
export function batch(session: Session): Action {
  const { chain, random } = session
  const from = session.anybody()
  const calls = Array.from({ length: 1 + random.int(3) }, () => tradeCall(session, from))
  let verdicts: Verdict[] = []
  return {
    name: 'batch',
    from,
    to: chain.addresses.escrow,
    data: chain.interfaces.escrow.encodeFunctionData('batch', [calls.map(({ data }) => data)]),
    expect: (now) => {
      verdicts = calls.map((call) => call.expect(now))
      return []
    },
    deals: calls.flatMap(({ deals }) => deals),
    parts: () => verdicts,
  }
}

export function revokeNonces(session: Session): Action {
  const { chain, escrow, random } = session
  const from = session.anybody()
  const [word, bits] = [BigInt(random.int(3)), [random.int(256), random.int(256)].map(BigInt)]
  const mask = bits.reduce((sum, bit) => sum | (1n << bit), 0n)
  const nonces = bits.map((bit) => word * 256n + bit)
  return {
    name: 'revokeNonces',
    from,
    to: chain.addresses.escrow,
    data: chain.interfaces.escrow.encodeFunctionData('revokeNonces', [word, mask]),
    expect: (now) => escrow.revokeNonces({ sender: from.address, now }, nonces),
  }
}
