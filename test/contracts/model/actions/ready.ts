/** When deals are ready for what. */
import type { Ready, Session } from '../session.ts'
import { type Deal, windowEnd, ZERO } from '../terms.ts'
import type { DealRecord } from '../world.ts'
import { draft, forged } from './drafts.ts'

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

/** The given deal, or one that is ready, or a forgery of it. */
export function target(session: Session, test: Ready, given?: Deal): Deal {
  const deal = given ?? session.find(test) ?? draft(session, false)
  return session.random.once(25) ? forged(session, deal) : deal
}
