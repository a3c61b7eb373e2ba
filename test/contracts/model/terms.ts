/** Agreements and what they come to, as the escrow's interface describes it, in integers. */

export interface Agreement {
  buyer: string
  payer: string
  seller: string
  payout: string
  token: string
  staker: string
  agentId: bigint
  exposure: bigint
  quantity: bigint
  price: bigint
  lot: bigint
  feeBps: bigint
  penaltyBps: bigint
  relayFee: bigint
  buyerEpoch: bigint
  sellerEpoch: bigint
  expiry: bigint
  deadline: bigint
  intentHash: string
  termsHash: string
  nonce: bigint
}

export interface Conditions {
  arbitrator: string
  meter: string
  start: bigint
  end: bigint
  lateFrom: bigint
  lateBps: bigint
  window: bigint
  splitBps: bigint
  retail: bigint
}

/** What both parties signed, and its name. */
export interface Deal {
  id: string
  agreement: Agreement
  conditions: Conditions
}

export const DAY = 24n * 3600n
export const WHOLE = 10_000n
export const MAX_DURATION = 30n * DAY
export const MAX_WINDOW = 3n * DAY
export const MAX_ARBITRATION = 10n * DAY
export const ZERO = `0x${'0'.repeat(40)}`

export const max = (a: bigint, b: bigint) => (a > b ? a : b)

/** A share in hundredths of a percent, rounded down. */
export const share = (amount: bigint, bps: bigint) => (amount * bps) / WHOLE

/** What a quantity costs, rounded down. */
export const paymentFor = (a: Agreement, quantity: bigint) => (quantity * a.price) / a.lot

/** What is earned when the meter counted a quantity: less what the missing one costs more elsewhere. */
export function meteredPayment(a: Agreement, c: Conditions, quantity: bigint): bigint {
  const delivered = quantity < a.quantity ? quantity : a.quantity
  const premium = max(c.retail - a.price, 0n)
  return max(paymentFor(a, delivered) - ((a.quantity - delivered) * premium) / a.lot, 0n)
}

/** What whoever cancels loses at a time. */
export function stageBps(a: Agreement, c: Conditions, now: bigint): bigint {
  if (now >= c.start) return a.penaltyBps
  return now >= c.lateFrom ? c.lateBps : 0n
}

/** What a buyer owes that cancels: its stage, or the part of the delivery that is over where that is more. */
export function buyerStageBps(a: Agreement, c: Conditions, now: bigint): bigint {
  const stage = stageBps(a, c, now)
  if (now <= c.start || c.end === c.start) return stage
  const over = (10_000n * (now - c.start)) / (c.end - c.start)
  return over > stage ? over : stage
}

/** The last second at which the buyer may contest what was reported. */
export const windowEnd = (c: Conditions, deliveredAt: bigint) => max(deliveredAt, c.end) + c.window

/** Whether conditions can be carried out. */
export function inOrder(a: Agreement, c: Conditions): boolean {
  const timely = c.lateFrom <= c.start && c.start <= c.end && c.end <= a.deadline
  return timely && c.lateBps <= WHOLE && c.splitBps <= WHOLE && c.window <= MAX_WINDOW
}

/** A share of the exposure, in proportion to the part of the payment that it is about. */
export function exposed(a: Agreement, bps: bigint, amount: bigint): bigint {
  return (share(a.exposure, bps) * amount) / paymentFor(a, a.quantity)
}
