/** Agreements that people make: mostly in order, sometimes wrong in one place. */
import type { Session } from '../session.ts'
import {
  type Agreement,
  type Conditions,
  type Deal,
  MAX_DURATION,
  MAX_WINDOW,
  share,
  ZERO,
} from '../terms.ts'

type Change = (session: Session, a: Agreement, c: Conditions) => void

const faults: readonly Change[] = [
  ({ now, random }, a) => (a.expiry = now - BigInt(random.int(3))),
  (_, a) => (a.deadline = a.expiry),
  ({ now, random }, a) => (a.deadline = now + MAX_DURATION + BigInt(random.int(3))),
  (_, a) => (a.seller = a.buyer),
  (_, a) => (a.payer = a.seller),
  ({ random, chain }, a) => (a.payout = random.pick([ZERO, chain.addresses.escrow, chain.addresses.ledger])),
  ({ random, chain }, a) => (a.token = random.pick([ZERO, chain.addresses.reader])),
  (_, a) => (a.lot = 0n),
  (_, a) => (a.quantity = 0n),
  (_, a) => ([a.quantity, a.price, a.lot] = [2n ** 64n - 1n, 2n ** 64n - 1n, 1n]),
  (_, a) => (a.feeBps += 1n),
  ({ random }, a) => (a.penaltyBps = 10_000n + BigInt(random.int(2))),
  (_, a) => (a.sellerEpoch += 1n),
  (_, a) => (a.buyerEpoch += 1n),
  (session, a) => (a.staker = session.anybody().address),
  (session, a) => (a.payer = session.anybody().address),
  ({ random }, a) => (a.agentId = BigInt(random.int(4))),
  ({ random }, a) => (a.exposure += BigInt(random.int(3) * 10 ** 6)),
  (_, a) => (a.price = 10n ** 12n),
  (_session, _, c) => (c.lateFrom = c.start + 1n),
  (_session, _, c) => (c.start = c.end + 1n),
  (_, a, c) => (c.end = a.deadline + 1n),
  ({ random }, _, c) => (c.lateBps = 10_000n + BigInt(random.int(2))),
  ({ random }, _, c) => (c.splitBps = 10_000n + BigInt(random.int(2))),
  ({ random }, _, c) => (c.window = MAX_WINDOW + BigInt(random.int(2))),
]

/** A new agreement between two people, with what their keys are bound to at this moment. */
export function draft(session: Session, isSpot: boolean): Deal {
  const { random, chain, now, world } = session
  const buyer = session.anybody().address
  const others = chain.actors.filter(({ address }) => address !== buyer)
  const seller = random.pick(others).address
  const buying = world.registry.bindingOf(buyer)
  const selling = world.registry.bindingOf(seller)
  const isMandated = buying.agentId !== 0n && buying.owner !== seller && !random.once(4)
  const speaks = selling.agentId !== 0n && !random.once(6)
  const free = world.vault.free({
    agentId: selling.agentId,
    depositor: selling.owner,
    module: chain.addresses.escrow,
  })
  const expiry = now + 30n + BigInt(random.int(7200))
  const deadline = isSpot ? 0n : expiry + 1n + BigInt(random.int(random.pick([600, 86_400, 5 * 86_400])))
  const agreement: Agreement = {
    buyer,
    payer: isMandated ? buying.owner : buyer,
    seller,
    payout: random.pick(chain.actors).address,
    token: chain.addresses.token,
    staker: speaks ? selling.owner : ZERO,
    agentId: speaks ? selling.agentId : 0n,
    exposure: speaks && !isSpot ? random.bigint(share(free, random.pick([1000n, 10_000n])) + 1n) : 0n,
    quantity: 1n + BigInt(random.int(random.pick([3, 500]))),
    price: BigInt(random.pick([1, 997, 190_000])) + BigInt(random.int(1000)),
    lot: random.pick([1n, 7n, 1000n]),
    feeBps: chain.feeBps,
    penaltyBps: random.pick([0n, 10_000n, BigInt(random.int(10_001))]),
    relayFee: random.pick([0n, 0n, BigInt(random.int(500)), BigInt(random.int(1_000_000))]),
    buyerEpoch: isMandated ? buying.epoch : 0n,
    sellerEpoch: speaks ? selling.epoch : 0n,
    expiry,
    deadline,
    intentHash: ZERO.padEnd(66, '0'),
    termsHash: ZERO.padEnd(66, '0'),
    nonce: BigInt(isSpot ? random.int(600) : session.deals.length),
  }
  const conditions = newConditions(session, isSpot ? now + 86_400n : deadline)
  if (random.once(8)) random.pick(faults)(session, agreement, conditions)
  const deal = session.deal(agreement, conditions)
  session.deals.push(deal)
  return deal
}

function newConditions({ random, chain, now }: Session, deadline: bigint): Conditions {
  const span = Math.min(Math.max(1, Number(deadline - now)), random.pick([300, 2 ** 31]))
  const [lateFrom = 0, start = 0, end = 0] = Array.from({ length: 3 }, () => random.int(span)).sort(
    (a, b) => a - b,
  )
  const { arbitrator } = chain.addresses
  return {
    arbitrator: random.weighted([
      [5, ZERO],
      [8, arbitrator],
      [1, chain.addresses.feeRecipient],
    ]),
    meter: random.once(2) ? random.pick(chain.actors).address : ZERO,
    start: now + BigInt(start),
    end: now + BigInt(end),
    lateFrom: now + BigInt(lateFrom),
    lateBps: BigInt(random.int(10_001)),
    window: BigInt(random.int(random.pick([1, 7200, 86_400]))),
    splitBps: random.pick([0n, 10_000n, BigInt(random.int(10_001))]),
    retail: BigInt(random.int(300_000)),
  }
}

/** The agreement with one term changed to somebody's advantage: another one, which nobody signed. */
export function forged(session: Session, { agreement, conditions }: Deal): Deal {
  const changes: Partial<Agreement>[] = [
    { payout: session.anybody().address },
    { quantity: agreement.quantity + 1n },
    { exposure: agreement.exposure + 1n },
    { deadline: agreement.deadline + 1n },
    { penaltyBps: 0n },
    { seller: session.anybody().address },
  ]
  return session.deal({ ...agreement, ...session.random.pick(changes) }, conditions)
}

/** The conditions that were signed, or now and then others that look like them. */
export function shown(session: Session, { conditions }: Deal): Conditions {
  const { random } = session
  if (!random.once(25)) return conditions
  const changes: Partial<Conditions>[] = [
    { window: conditions.window + 1n },
    { arbitrator: session.anybody().address },
    { meter: session.anybody().address },
    { splitBps: 10_000n - conditions.splitBps + 1n },
    { end: conditions.start },
  ]
  return { ...conditions, ...random.pick(changes) }
}
