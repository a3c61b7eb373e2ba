/** How people come to open agreements, or not, rightly and wrongly. */
import { TypedDataEncoder } from 'ethers'
import { MAX_SECOND } from '../../agreement.ts'
import { encodeFunding } from '../chain.ts'
import type { Action, Session } from '../session.ts'
import { type Deal, paymentFor } from '../terms.ts'
import { draft } from './drafts.ts'
import { ready, target } from './ready.ts'
import { signed, type Types } from './signing.ts'

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
    const whole = { ...message, validAfter: 0, validBefore: MAX_SECOND, nonce: id }
    const digest = TypedDataEncoder.hash(chain.domains.token, authorizationTypes, whole)
    funding = encodeFunding(kind, session.actor(a.buyer).sign(digest))
  }
  const from = session.anybody()
  return {
    name: 'open',
    from,
    ...session.call('escrow', 'open', [session.encoded(deal), buyer.bytes, seller.bytes, funding]),
    expect: (now) => escrow.open({ sender: from.address, now }, deal, buyer.by, seller.by, kind !== ''),
    deals: [deal],
  }
}

export function revoke(session: Session): Action {
  const { escrow, random } = session
  const deal = random.once(2) ? draft(session, random.once(6)) : target(session, ready.revoke)
  const { buyer, payer, seller } = deal.agreement
  const from = session.mostly(random.pick([buyer, payer, seller]))
  return {
    name: 'revoke',
    from,
    ...session.call('escrow', 'revoke', [session.encoded(deal)]),
    expect: (now) => escrow.revoke({ sender: from.address, now }, deal),
    deals: [deal],
  }
}
