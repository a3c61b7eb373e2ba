/** When an agreement is ready for what, and which moments somebody waits for. */
import * as actions from './actions/index.ts'
import type { Action, Session } from './session.ts'
import { DAY, type Deal, MAX_ARBITRATION, windowEnd } from './terms.ts'

/** Something to do, about a given agreement or one that it chooses. */
export type Maker = (session: Session, deal?: Deal) => Action

/** A second at which what may be done changes, and what then is worth trying. */
interface Moment {
  at: bigint
  makers: readonly Maker[]
  deal?: Deal
}

function dealMoments({ escrow, deals }: Session): Moment[] {
  return deals.flatMap((deal) => {
    const { agreement: a, conditions: c } = deal
    const { status, deliveredAt, disputedAt } = escrow.recordOf(deal.id)
    const moment = (at: bigint, ...makers: Maker[]) => ({ at, makers, deal })
    const { cancel, claim, deliver, dispute, refund, resolve, settleByMeter } = actions
    if (status === 'None') return [moment(a.expiry, a.deadline === 0n ? actions.trade : actions.open)]
    // Some of these come too late for the status, which is worth trying too.
    if (status === 'Disputed') {
      return [moment(disputedAt + MAX_ARBITRATION, resolve), moment(windowEnd(c, deliveredAt), claim, cancel)]
    }
    if (status === 'Delivered') {
      return [
        moment(c.end, settleByMeter),
        moment(windowEnd(c, deliveredAt), claim, dispute),
        moment(a.deadline, refund, cancel),
      ]
    }
    if (status !== 'Open') return []
    return [
      moment(c.lateFrom, cancel),
      moment(c.start, cancel, deliver),
      moment(c.end, cancel, settleByMeter),
      moment(windowEnd(c, 0n), claim, dispute),
      moment(a.deadline, deliver, refund),
    ]
  })
}

function accountMoments({ world, chain }: Session): Moment[] {
  const stakes = world.vault.positions().map(({ availableAt }) => availableAt)
  const balances = chain.actors.map(({ address }) => world.ledger.availableAt(address) ?? 0n)
  return [
    ...stakes.map((at) => ({ at, makers: [actions.withdrawStake] })),
    ...balances.map((at) => ({ at, makers: [actions.withdrawBalance] })),
  ]
}

/**
 * Lets time go on: by a little, or to just before, at or just after a moment that somebody waits for.
 * @returns what is worth trying then, undefined when nothing in particular
 */
export function wait(session: Session): (() => Action) | undefined {
  const { random, now } = session
  if (!random.once(3)) {
    session.now = now + BigInt(1 + random.int(random.pick([10, 600])))
    return undefined
  }
  // What is near comes first, or every agreement would end with the first long wait.
  const next = [...dealMoments(session), ...accountMoments(session)]
    .filter(({ at }) => at > now + 1n)
    .sort((one, other) => (one.at < other.at ? -1 : 1))
  const moment =
    next[random.once(12) ? random.int(next.length + 1) : random.int(Math.min(4, next.length + 1))]
  if (moment === undefined) {
    session.now = now + 1n + BigInt(random.int(Number(DAY)))
    return undefined
  }
  session.now = moment.at + BigInt(random.int(3) - 1)
  const maker = random.pick(moment.makers)
  return random.once(3) ? undefined : () => maker(session, moment.deal)
}
