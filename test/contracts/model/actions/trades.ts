/** Spot trades, rightly and wrongly. */
import type { Actor } from '../chain.ts'
import type { Action, Session } from '../session.ts'
import type { Deal } from '../terms.ts'
import type { Verdict } from '../verdict.ts'
import { draft } from './drafts.ts'
import { signed } from './signing.ts'

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
  const { random } = session
  const from = session.anybody()
  const calls = Array.from({ length: 1 + random.int(3) }, () => tradeCall(session, from))
  let verdicts: Verdict[] = []
  return {
    name: 'batch',
    from,
    ...session.call('escrow', 'batch', [calls.map(({ data }) => data)]),
    expect: (now) => {
      verdicts = calls.map((call) => call.expect(now))
      return []
    },
    deals: calls.flatMap(({ deals }) => deals),
    parts: () => verdicts,
  }
}

export function revokeNonces(session: Session): Action {
  const { escrow, random } = session
  const from = session.anybody()
  const [word, bits] = [BigInt(random.int(3)), [random.int(256), random.int(256)].map(BigInt)]
  const mask = bits.reduce((sum, bit) => sum | (1n << bit), 0n)
  const nonces = bits.map((bit) => word * 256n + bit)
  return {
    name: 'revokeNonces',
    from,
    ...session.call('escrow', 'revokeNonces', [word, mask]),
    expect: (now) => escrow.revokeNonces({ sender: from.address, now }, nonces),
  }
}
