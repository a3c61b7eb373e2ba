/** What people do about deliveries, rightly and wrongly. */
import { disputeTypes, EVIDENCE, evidenceTypes, readingTypes, releaseTypes } from '../../agreement.ts'
import type { Action, Session } from '../session.ts'
import type { Deal } from '../terms.ts'
import { shown } from './drafts.ts'
import { ready, target } from './ready.ts'
import { consent, NOTHING, signed, typed } from './signing.ts'

function quantityOf({ random }: Session, { agreement: { quantity } }: Deal): bigint {
  return random.weighted([
    [6, random.bigint(quantity + 1n)],
    [4, quantity],
    [1, quantity + 1n],
    [1, 0n],
  ])
}

export function settle(session: Session, given?: Deal): Action {
  const { escrow, random } = session
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
    ...session.call('escrow', 'settle', [session.encoded(deal), quantity, last, EVIDENCE, signature.bytes]),
    expect: (now) => escrow.settle({ sender: from.address, now }, deal, quantity, last, signature.by),
    deals: [deal],
  }
}

export function deliver(session: Session, given?: Deal): Action {
  const { escrow } = session
  const deal = target(session, ready.deliver, given)
  const quantity = quantityOf(session, deal)
  const digest = typed(session, evidenceTypes, { agreement: deal.id, quantity, evidence: EVIDENCE })
  const { from, signature } = consent(session, deal.agreement.seller, digest)
  const conditions = shown(session, deal)
  const values = [session.encoded(deal), conditions, quantity, EVIDENCE, signature.bytes] as const
  return {
    name: 'deliver',
    from,
    ...session.call('escrow', 'deliver', [...values]),
    expect: (now) => escrow.deliver({ sender: from.address, now }, deal, conditions, quantity, signature.by),
    deals: [deal],
  }
}

export function settleByMeter(session: Session, given?: Deal): Action {
  const { escrow } = session
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
    ...session.call('escrow', 'settleByMeter', [...values]),
    expect: (now) =>
      escrow.settleByMeter({ sender: from.address, now }, deal, conditions, quantity, signature.by),
    deals: [deal],
  }
}

export function dispute(session: Session, given?: Deal): Action {
  const { escrow, random } = session
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
    ...session.call('escrow', 'dispute', [...values]),
    expect: (now) => escrow.dispute({ sender: from.address, now }, deal, conditions, signature.by),
    deals: [deal],
  }
}
