/** What ends agreements without anybody's signature, rightly and wrongly. */
import type { Action, Session } from '../session.ts'
import type { Deal } from '../terms.ts'
import { shown } from './drafts.ts'
import { ready, target } from './ready.ts'

/** Calls that show an agreement and its conditions, and need nobody's signature. */
function plain(session: Session, name: 'claim' | 'resolve' | 'cancel', given?: Deal): Action {
  const { escrow, random } = session
  const deal = target(session, ready[name], given)
  const { buyer, payer, seller } = deal.agreement
  const from = name === 'cancel' ? session.mostly(random.pick([buyer, payer, seller])) : session.anybody()
  const conditions = shown(session, deal)
  return {
    name,
    from,
    ...session.call('escrow', name, [session.encoded(deal), conditions]),
    expect: (now) => escrow[name]({ sender: from.address, now }, deal, conditions),
    deals: [deal],
  }
}

export const claim = (session: Session, given?: Deal) => plain(session, 'claim', given)
export const resolve = (session: Session, given?: Deal) => plain(session, 'resolve', given)
export const cancel = (session: Session, given?: Deal) => plain(session, 'cancel', given)

export function refund(session: Session, given?: Deal): Action {
  const { escrow } = session
  const deal = target(session, ready.refund, given)
  const from = session.anybody()
  return {
    name: 'refund',
    from,
    ...session.call('escrow', 'refund', [session.encoded(deal)]),
    expect: (now) => escrow.refund({ sender: from.address, now }, deal),
    deals: [deal],
  }
}
