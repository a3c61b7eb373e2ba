import { placeOf } from '../../../../../../agent/market/rides/trip/index.ts'
import { identityFromKey } from '../../../../../../agent/network/identity.ts'
import type { Agreement, Conditions } from '../../../../../../protocol/types.ts'

/** A ride of 2 km through Nootdorp, its agreement, and whose it is. */

export const PICK_UP = placeOf([4.3902, 52.0462])
export const DROP_OFF = placeOf([4.4024, 52.0524])
export const rider = identityFromKey(new Uint8Array(32).fill(0xb1))
export const driver = identityFromKey(new Uint8Array(32).fill(0x5e))

const address = `0x${'0a'.repeat(20)}` as const
const hash = `0x${'0b'.repeat(32)}` as const

export const conditions: Conditions = {
  arbitrator: `0x${'00'.repeat(20)}`,
  meter: `0x${'00'.repeat(20)}`,
  start: 1_750_000_600n,
  end: 1_750_002_400n,
  lateFrom: 1_750_000_300n,
  lateBps: 1_000n,
  window: 600n,
  splitBps: 5_000n,
  retail: 0n,
}

export const agreement: Agreement = {
  buyer: rider.address,
  payer: rider.address,
  seller: driver.address,
  payout: driver.address,
  token: address,
  staker: driver.address,
  agentId: 7n,
  exposure: 10_000_000n,
  quantity: 2_000n,
  price: 5_000_000n,
  lot: 2_000n,
  feeBps: 25n,
  penaltyBps: 2_000n,
  relayFee: 0n,
  buyerEpoch: 0n,
  sellerEpoch: 1n,
  expiry: 1_750_000_015n,
  deadline: 1_750_002_520n,
  intentHash: hash,
  termsHash: hash,
  nonce: 1n,
  conditions: hash,
}
