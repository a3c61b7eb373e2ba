import fc from 'fast-check'
import { latLngToCell } from 'h3-js'
import { bytesToHex, getAddress } from 'viem'
import { isAttributeName } from '../../../protocol/capability.ts'
import type { Domain } from '../../../protocol/eip712.ts'
import {
  LEARNING_RULES,
  type LearningTask,
  type ScoreCommitment,
  type UpdateCommitment,
} from '../../../protocol/learning.ts'
import { MAX_LIST_ENTRIES, MAX_STEPS, MAX_STRING_BYTES, MAX_TIME } from '../../../protocol/limits.ts'
import { type Place, TRIP_CLAIMS, type TripPlan, type TripReport } from '../../../protocol/trip.ts'
import {
  type Agreement,
  type Attribute,
  type Capability,
  type CapabilityRecord,
  type Citation,
  type Conditions,
  type Delivery,
  type Dispute,
  type Evidence,
  type Funding,
  type Hex,
  type Intent,
  KNOWLEDGE_KINDS,
  type KnowledgeAnswer,
  type MarketOrder,
  REUSES,
  type Reading,
  type Release,
  type SlotReading,
  type Terms,
} from '../../../protocol/types.ts'
import type { Frame } from '../../../protocol/wire/codec.ts'
import { DECLINE_REASONS, type NegotiationMessage } from '../../../protocol/wire/frames.ts'

/** Every value that the types allow, extremes and empty ones included. */

export const uint = (bits: bigint) => fc.bigInt({ min: 0n, max: 2n ** bits - 1n })
const uint64 = uint(64n)

/** Hexadecimal of a fixed number of bytes. */
export const hex = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes): Hex => bytesToHex(bytes))
export const hash = hex(32)
export const signature = hex(65)
export const address = hex(20).map((bytes) => getAddress(bytes))
/** 32 bytes that are a secp256k1 private key: neither zero nor as large as the order. */
export const privateKey = fc
  .bigInt({ min: 1n, max: 2n ** 255n })
  .map((scalar): Hex => `0x${scalar.toString(16).padStart(64, '0')}`)

/** A text within the limit of the wire, ASCII and not, often empty. */
export const text = fc
  .oneof(fc.constant(''), fc.string({ maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 40 }))
  .filter((value) => Buffer.byteLength(value) <= MAX_STRING_BYTES)
export const texts = fc.array(text, { maxLength: MAX_LIST_ENTRIES })

export const domain: fc.Arbitrary<Domain> = fc.record({
  name: fc.constant('MESH' as const),
  version: fc.constant('1' as const),
  chainId: uint(53n),
  verifyingContract: address,
  salt: hash,
})

/** Name of a capability or an attribute. */
export const name = fc.stringMatching(/^[a-z][a-z0-9_-]{0,7}(\.[a-z0-9_-]{1,5}){0,2}$/)
export const attributeName = name.filter(isAttributeName)
/** Printable ASCII, as it stands in a set. */
export const word = fc.stringMatching(/^[\x20-\x7e]{1,12}$/)
const optionalWord = fc.oneof(fc.constant(''), word)
/** An H3 cell, of any resolution. */
export const cell = fc
  .tuple(fc.double({ min: -89, max: 89, noNaN: true }), fc.double({ min: -179, max: 179, noNaN: true }))
  .chain(([latitude, longitude]) =>
    fc.nat({ max: 15 }).map((resolution) => latLngToCell(latitude, longitude, resolution)),
  )
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const time = fc.bigInt({ min: 0n, max: MAX_TIME })
/** Two different numbers, the smaller one first. */
const ascending = (values: fc.Arbitrary<bigint>) =>
  fc
    .tuple(values, values)
    .filter(([a, b]) => a !== b)
    .map(([a, b]) => (a < b ? ([a, b] as const) : ([b, a] as const)))
const few = <T>(values: fc.Arbitrary<T>) => fc.uniqueArray(values, { minLength: 1, maxLength: 3 })

export const range = fc.oneof(
  ascending(int64),
  int64.map((value) => [value, value] as const),
)
export const span = ascending(time)
export const words = few(word)

export const attribute: fc.Arbitrary<Attribute> = fc.oneof(
  fc
    .tuple(attributeName, range)
    .map(([label, [min, max]]) => ({ name: label, type: 'range' as const, min, max })),
  fc
    .tuple(attributeName, span)
    .map(([label, [from, to]]) => ({ name: label, type: 'span' as const, from, to })),
  fc.record({ name: attributeName, type: fc.constant('set' as const), values: words }),
  fc.record({ name: attributeName, type: fc.constant('area' as const), cells: few(cell) }),
)

export const intent: fc.Arbitrary<Intent> = fc.record({
  agent: address,
  side: fc.constantFrom('buy' as const, 'sell' as const),
  capability: text,
  area: text,
  quantity: uint64,
  price: uint64,
  lot: uint64,
  start: uint64,
  end: uint64,
  expiry: uint64,
  nonce: uint(256n),
  endpoints: texts,
  attributes: fc.uniqueArray(attribute, { maxLength: 3, selector: ({ name }) => name }),
})

export const capability: fc.Arbitrary<Capability> = fc.record({
  name,
  version: optionalWord,
  model: optionalWord,
  attributes: fc.uniqueArray(attribute, { maxLength: 5, selector: (value) => value.name }),
})
const capabilities = fc.array(capability, { maxLength: 4 })

export const capabilityRecord: fc.Arbitrary<CapabilityRecord> = fc.record({
  agent: address,
  agentId: uint(256n),
  capabilities,
  area: text,
  endpoints: texts,
  issuedAt: uint64,
  expiry: uint64,
})

export const marketOrder: fc.Arbitrary<MarketOrder> = fc.record({
  market: hash,
  slot: uint64,
  account: address,
  side: fc.constantFrom('buy' as const, 'sell' as const),
  tariff: uint(48n),
  steps: fc.array(fc.record({ price: int64, quantity: uint64 }), { minLength: 1, maxLength: MAX_STEPS }),
})

export const slotReading: fc.Arbitrary<SlotReading> = fc.record({
  market: hash,
  slot: uint64,
  account: address,
  imported: uint64,
  exported: uint64,
})

export const terms: fc.Arbitrary<Terms> = fc.record({
  capability: text,
  area: text,
  start: uint64,
  end: uint64,
  round: uint64,
  previous: hash,
})

export const agreement: fc.Arbitrary<Agreement> = fc.record({
  buyer: address,
  payer: address,
  seller: address,
  payout: address,
  token: address,
  staker: address,
  agentId: uint64,
  exposure: uint(96n),
  quantity: uint64,
  price: uint64,
  lot: uint64,
  feeBps: uint(16n),
  penaltyBps: uint(16n),
  relayFee: uint64,
  buyerEpoch: uint(32n),
  sellerEpoch: uint(32n),
  expiry: uint64,
  deadline: uint64,
  intentHash: hash,
  termsHash: hash,
  nonce: uint(128n),
  conditions: hash,
})

export const conditions: fc.Arbitrary<Conditions> = fc.record({
  arbitrator: address,
  meter: address,
  start: uint64,
  end: uint64,
  lateFrom: uint64,
  lateBps: uint(16n),
  window: uint(32n),
  splitBps: uint(16n),
  retail: uint64,
})

export const release: fc.Arbitrary<Release> = fc.record({
  agreement: hash,
  quantity: uint64,
  last: fc.boolean(),
  evidence: hash,
})

export const evidence: fc.Arbitrary<Evidence> = fc.record({
  agreement: hash,
  quantity: uint64,
  evidence: hash,
})
export const reading: fc.Arbitrary<Reading> = fc.record({ agreement: hash, quantity: uint64 })
export const dispute: fc.Arbitrary<Dispute> = fc.record({ agreement: hash })

export const delivery: fc.Arbitrary<Delivery> = fc.record({
  agreement: hash,
  quantity: uint64,
  deliveredAt: uint64,
  evidence: hash,
})

const place: fc.Arbitrary<Place> = fc.record({
  longitude: fc.integer({ min: -1_800_000_000, max: 1_800_000_000 }),
  latitude: fc.integer({ min: -900_000_000, max: 900_000_000 }),
})

export const tripPlan: fc.Arbitrary<TripPlan> = fc.record({ agreement: hash, pickUp: place, dropOff: place })

export const tripReport: fc.Arbitrary<TripReport> = fc.record({
  agreement: hash,
  agent: address,
  number: uint64,
  previous: hash,
  claim: fc.constantFrom(...TRIP_CLAIMS),
  at: uint64,
  metres: uint64,
  place: fc.option(place, { nil: undefined }),
})

const citation: fc.Arbitrary<Citation> = fc.record({
  content: hash,
  start: uint64,
  end: uint64,
  quote: text,
  source: text,
})

export const knowledgeAnswer: fc.Arbitrary<KnowledgeAnswer> = fc.record({
  agent: address,
  capability: text,
  question: hash,
  kind: fc.constantFrom(...KNOWLEDGE_KINDS),
  contentType: text,
  body: hash,
  length: uint64,
  model: text,
  licence: text,
  reuse: fc.constantFrom(...REUSES),
  citations: fc.array(citation, { maxLength: 3 }),
  answeredAt: uint64,
  expiry: uint64,
})

export const funding: fc.Arbitrary<Funding> = fc.oneof(
  fc.record({ kind: fc.constant('balance' as const) }),
  fc.record({ kind: fc.constant('permit' as const), value: uint(128n), deadline: uint64, signature }),
  fc.record({
    kind: fc.constant('authorization' as const),
    validAfter: uint64,
    validBefore: uint64,
    signature,
  }),
)

/** One arbitrary per type of message, so that a new type without one does not compile. */
export const messages: {
  [T in NegotiationMessage['type']]: fc.Arbitrary<Extract<NegotiationMessage, { type: T }>>
} = {
  proposal: fc.record({
    type: fc.constant('proposal' as const),
    offer: fc.record({ agreement, conditions, terms, signature, funding }),
    endpoints: texts,
  }),
  acceptance: fc.record({
    type: fc.constant('acceptance' as const),
    agreementId: hash,
    signature,
    funding,
  }),
  decline: fc.record({
    type: fc.constant('decline' as const),
    subject: hash,
    reason: fc.constantFrom(...DECLINE_REASONS),
    detail: text,
  }),
  withdrawal: fc.record({ type: fc.constant('withdrawal' as const), agreementId: hash }),
  held: fc.record({ type: fc.constant('held' as const), agreementId: hash }),
  opened: fc.record({ type: fc.constant('opened' as const), agreementId: hash, transaction: hash }),
  delivered: fc.record({ type: fc.constant('delivered' as const), delivery, signature }),
  released: fc.record({ type: fc.constant('released' as const), release, signature }),
  settled: fc.record({ type: fc.constant('settled' as const), agreementId: hash, transaction: hash }),
}

/** A frame of a protocol, with any of its messages. */
export const frameOf = <Message>(message: fc.Arbitrary<Message>): fc.Arbitrary<Frame<Message>> =>
  fc.record({ id: uint64, replyTo: uint64, message })

/** A frame of negotiation. */
export const frame = frameOf(fc.oneof(...Object.values<fc.Arbitrary<NegotiationMessage>>(messages)))

const uint128 = uint(128n)
const small = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 })

export const learningTask: fc.Arbitrary<LearningTask> = fc.record({
  ...{ requester: address, token: address, baseModel: hash, evaluationRoot: hash, nonce: uint(256n) },
  ...{ reward: uint128, evaluationFee: uint128, aggregationFee: uint128 },
  ...{ participantStake: uint128, evaluatorStake: uint128, rule: fc.constantFrom(...LEARNING_RULES) },
  ...{ trim: small(8), maxParticipants: small(8), panel: small(8), clip: small(32), dimension: small(32) },
  ...{ chunkSize: small(16), tolerance: small(32), commitUntil: uint64, revealUntil: uint64 },
  ...{ attestUntil: uint64, scoreUntil: uint64, closeAt: uint64 },
})

export const updateCommitment: fc.Arbitrary<UpdateCommitment> = fc.record({
  ...{ task: hash, participant: address, updateRoot: hash, contentId: hash, salt: hash },
})

export const scoreCommitment: fc.Arbitrary<ScoreCommitment> = fc.record({
  ...{ task: hash, evaluator: address, resultRoot: hash, salt: hash },
  scores: fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 8 }),
})
