/**
 * Writes known answers of the protocol for implementations in other languages; see docs/protocol.md:
 *
 *     node test/protocol/support/vectors.ts
 *
 * Everything follows from the keys and values below. A test sees that the file is what this makes.
 */
import { writeFile } from 'node:fs/promises'
import { hexToBytes, keccak256, stringToHex, toBytes, toHex } from 'viem'
import { packBook } from '../../../agent/market/order-book.ts'
import { lotOf } from '../../../agent/market/slot-times.ts'
import { cellsOf } from '../../../agent/network/areas.ts'
import { type Identity, identityFromKey } from '../../../agent/network/identity.ts'
import { intentTopic, marketTopic, ORDERS, protocolName, READINGS } from '../../../agent/network/names.ts'
import { routesOf } from '../../../agent/protocols/agent-discovery/groups.ts'
import { matches } from '../../../agent/query/match.ts'
import { parseQuery } from '../../../agent/query/parse.ts'
import { printQuery } from '../../../agent/query/print.ts'
import { turnOf } from '../../../agent/strategy/index.ts'
import { capabilityOf } from '../../../protocol/capability.ts'
import { clearingDomain, escrowDomain, meshDomain, parseDeployment } from '../../../protocol/deployment.ts'
import * as eip712 from '../../../protocol/eip712.ts'
import type {
  Agreement,
  CapabilityRecord,
  Conditions,
  Delivery,
  Hex,
  Intent,
  MarketOrder,
  Release,
  ServiceAnswer,
  SlotReading,
  Terms,
} from '../../../protocol/types.ts'
import { encodeAgentCount, encodeAgentQuery, encodeFoundAgent } from '../../../protocol/wire/agent-query.ts'
import { type AuctionMessage, encodeAuctionFrame } from '../../../protocol/wire/auctions.ts'
import * as body from '../../../protocol/wire/bodies.ts'
import { encodeCatchUpAsk, encodeCatchUpHave, encodeCatchUpWant } from '../../../protocol/wire/catch-up.ts'
import { encodeFrame } from '../../../protocol/wire/frames.ts'
import { encodeSigned } from '../../../protocol/wire/gossip.ts'
import { encodeServiceFrame, type ServiceMessage } from '../../../protocol/wire/services.ts'
import { contentVectors } from './content-vectors.ts'
import { knowledgeVectors } from './knowledge-vectors.ts'
import { tripVectors } from './trip-vectors.ts'

const contract = (byte: string) => `0x${byte.repeat(20)}`
const keys: Record<'buyer' | 'seller', Hex> = {
  buyer: `0x${'b1'.repeat(32)}`,
  seller: `0x${'5e'.repeat(32)}`,
}
const buyer = identityFromKey(hexToBytes(keys.buyer))
const seller = identityFromKey(hexToBytes(keys.seller))

const deployment = parseDeployment({
  chainId: 31337,
  genesisHash: `0x${'01'.repeat(32)}`,
  salt: `0x${'02'.repeat(32)}`,
  fromBlock: 0,
  contracts: {
    testDollar: contract('0a'),
    identityRegistry: contract('0b'),
    treasury: contract('0c'),
    intentEscrow: contract('0d'),
    reputationRegistry: contract('0e'),
    meshDirectory: contract('0f'),
    clearingHouse: contract('10'),
  },
})
const domains = {
  clearing: clearingDomain(deployment),
  escrow: escrowDomain(deployment),
  mesh: meshDomain(deployment),
}

const intent: Intent = {
  agent: buyer.address,
  side: 'buy',
  capability: 'energy.supply',
  area: '871f8d099ffffff',
  quantity: 1_500n,
  price: 190_000n,
  lot: 1_000n,
  start: 1_750_000_000n,
  end: 1_750_000_900n,
  expiry: 1_750_000_030n,
  nonce: 7n,
  endpoints: ['/ip4/192.0.2.1/udp/4001/quic-v1', '/ip4/192.0.2.1/tcp/4001'],
  attributes: [{ name: 'source', type: 'set', values: ['solar', 'wind'] }],
}
const intentHash = eip712.hashIntent(domains.mesh, intent)

const record: CapabilityRecord = {
  agent: seller.address,
  agentId: 7n,
  capabilities: [
    capabilityOf('energy.supply'),
    {
      name: 'data.fx',
      version: '2',
      model: 'mid',
      attributes: [
        { name: 'pair', type: 'set', values: ['EUR/USD', 'GBP/USD'] },
        { name: 'period', type: 'span', from: 1_577_836_800n, to: 1_748_736_000n },
        { name: 'price', type: 'range', min: -15_000n, max: 15_000n },
        { name: 'zone', type: 'area', cells: ['831f8dfffffffff'] },
      ],
    },
  ],
  area: intent.area,
  endpoints: intent.endpoints,
  issuedAt: 1_750_000_000n,
  expiry: 1_750_003_600n,
}
const recordHash = eip712.hashCapabilityRecord(domains.mesh, record)
const signedRecord = encodeSigned(body.encodeCapabilityRecord(record), seller.sign(recordHash))
const query = parseQuery(
  `data.fx where pair = EUR/USD and period covers 2021-01..2024-12 and price <= $0.02 and reputation >= 0.8
   within 50 km of ${intent.area} limit 10`,
)

const terms: Terms = {
  capability: intent.capability,
  area: intent.area,
  start: intent.start,
  end: intent.end,
  round: 1n,
  previous: intentHash,
}

const conditions: Conditions = {
  arbitrator: deployment.contracts.treasury,
  meter: `0x${'00'.repeat(20)}`,
  start: intent.start,
  end: intent.end,
  lateFrom: intent.start - 600n,
  lateBps: 1_000n,
  window: 3_600n,
  splitBps: 5_000n,
  retail: 0n,
}

const agreement: Agreement = {
  buyer: buyer.address,
  payer: buyer.address,
  seller: seller.address,
  payout: seller.address,
  token: deployment.contracts.testDollar,
  staker: seller.address,
  agentId: 3n,
  exposure: 285_000n,
  quantity: intent.quantity,
  price: intent.price,
  lot: intent.lot,
  feeBps: 25n,
  penaltyBps: 2_000n,
  relayFee: 0n,
  buyerEpoch: 0n,
  sellerEpoch: 1n,
  expiry: 1_750_000_020n,
  deadline: 1_750_001_800n,
  intentHash,
  termsHash: eip712.hashTerms(terms),
  nonce: 9n,
  conditions: eip712.hashConditions(conditions),
}
const agreementId = eip712.hashAgreement(domains.escrow, agreement)

const delivery: Delivery = {
  agreement: agreementId,
  quantity: 1_500n,
  deliveredAt: 1_750_000_905n,
  evidence: eip712.ZERO_HASH,
}
const release: Release = {
  agreement: agreementId,
  quantity: 1_500n,
  last: true,
  evidence: eip712.hashDelivery(domains.mesh, delivery),
}

const answer: ServiceAnswer = {
  agent: seller.address,
  capability: 'data.fx',
  question: keccak256(stringToHex('EUR/USD 2024-01-02')),
  body: keccak256(stringToHex('1.0956')),
  answeredAt: 1_750_000_010n,
  expiry: 1_750_003_610n,
}
const answerHash = eip712.hashServiceAnswer(domains.mesh, answer)
/** For one answer. */
const voucher: Release = { agreement: agreementId, quantity: 1n, last: true, evidence: answerHash }
const voucherSignature = buyer.sign(eip712.hashRelease(domains.escrow, voucher))
const service = (id: bigint, replyTo: bigint, message: ServiceMessage) =>
  toHex(encodeServiceFrame({ id, replyTo, message }))
const auction = (id: bigint, replyTo: bigint, message: AuctionMessage) =>
  toHex(encodeAuctionFrame({ id, replyTo, message }))

const offer = {
  agreement,
  conditions,
  terms,
  signature: seller.sign(agreementId),
  funding: { kind: 'balance' },
} as const
const frame = (id: bigint, replyTo: bigint, message: Parameters<typeof encodeFrame>[0]['message']) =>
  toHex(encodeFrame({ id, replyTo, message }))

const order: MarketOrder = {
  market: keccak256(stringToHex('a market')),
  slot: 1_944_444n,
  account: buyer.address,
  side: 'sell',
  tariff: 12_000n,
  steps: [
    { price: -5_000n, quantity: 300n },
    { price: 90_000n, quantity: 700n },
  ],
}
const reading: SlotReading = {
  ...{ market: order.market, slot: order.slot, account: order.account },
  imported: 0n,
  exported: 950n,
}

/** What is gossiped with the signature of its sender. */
const gossiped = <T>(sender: Identity, value: T, bytes: Uint8Array, digest: Hex) => {
  const signature = sender.sign(digest)
  return { value, body: toHex(bytes), digest, signature, message: toHex(encodeSigned(bytes, signature)) }
}

const standing = { agentId: 7n, freeStake: 50_000_000n, score: 5n * 10n ** 17n, block: 9n }
/** All vectors; numbers of 64 bits and more are decimal strings. */
export const vectors = {
  keys,
  identities: Object.fromEntries(
    Object.entries({ buyer, seller }).map(([name, { address, peerId }]) => [
      name,
      { address, peerId: String(peerId) },
    ]),
  ),
  deployment,
  names: {
    negotiation: protocolName(deployment, { name: 'negotiation', version: 1 }),
    topics: cellsOf(intent.area).map((cell) => intentTopic(deployment, 'energy', cell)),
  },
  domainSeparators: {
    escrow: eip712.domainSeparator(domains.escrow),
    mesh: eip712.domainSeparator(domains.mesh),
    clearing: eip712.domainSeparator(domains.clearing),
  },
  intent: {
    ...gossiped(buyer, intent, body.encodeIntent(intent), intentHash),
    turns: {
      agents: [buyer.address, seller.address],
      ofSeller: turnOf(intentHash, seller.address, [buyer.address], 1),
    },
  },
  capabilityRecord: {
    ...gossiped(seller, record, body.encodeCapabilityRecord(record), recordHash),
    topics: routesOf(deployment, record),
  },
  serviceAnswer: {
    value: answer,
    digest: answerHash,
    signature: seller.sign(answerHash),
  },
  voucher: {
    value: voucher,
    digest: eip712.hashRelease(domains.escrow, voucher),
    signature: voucherSignature,
  },
  serviceFrames: {
    quoteRequest: service(1n, 0n, { type: 'quoteRequest', capability: 'data.fx', requests: 16n }),
    quote: service(1n, 1n, {
      type: 'quote',
      intent: encodeSigned(body.encodeIntent(intent), buyer.sign(intentHash)),
      credit: 4,
    }),
    question: service(2n, 0n, {
      type: 'question',
      capability: 'data.fx',
      body: toBytes('EUR/USD 2024-01-02'),
      payment: {
        agreementId,
        number: 2n,
        voucher: { quantity: 1n, evidence: answerHash, signature: voucherSignature },
      },
    }),
    answer: service(2n, 2n, {
      type: 'answer',
      body: toBytes('1.0956'),
      answeredAt: answer.answeredAt,
      expiry: answer.expiry,
      signature: seller.sign(answerHash),
    }),
    recall: service(3n, 0n, {
      type: 'recall',
      agent: answer.agent,
      capability: answer.capability,
      question: answer.question,
    }),
    closing: service(4n, 0n, {
      type: 'closing',
      agreementId,
      voucher: { quantity: 1n, evidence: answerHash, signature: voucherSignature },
    }),
    refusal: service(3n, 3n, { type: 'refusal', code: 'ANSWER_UNKNOWN', detail: '' }),
  },
  ...knowledgeVectors(domains.mesh, seller),
  ...tripVectors(domains.mesh, agreementId, { rider: buyer, driver: seller }),
  auctionFrames: {
    bid: auction(1n, 0n, { type: 'bid', intent: intentHash, price: 7_310_000n, wait: 180, revision: 2n }),
    standing: auction(1n, 1n, {
      type: 'standing',
      intent: intentHash,
      revision: 3n,
      place: 'leads',
      price: 7_310_000n,
      step: 50_000n,
    }),
  },
  ...contentVectors,
  agentQuery: {
    value: query,
    text: printQuery(query),
    fulfilled: matches(query, record),
    ask: toHex(encodeAgentQuery(printQuery(query))),
    count: toHex(encodeAgentCount(1)),
    found: toHex(encodeFoundAgent(signedRecord, standing)),
  },
  order: {
    ...gossiped(buyer, order, body.encodeMarketOrder(order), eip712.hashOrder(domains.clearing, order)),
    packed: packBook([order]),
    topic: marketTopic(deployment, ORDERS, order.market),
    lot: lotOf(order.market, order.slot, seller.address, 'relay'),
  },
  reading: {
    meter: seller.address,
    ...gossiped(
      seller,
      reading,
      body.encodeSlotReading(reading, seller.address),
      eip712.hashSlotReading(domains.clearing, reading),
    ),
    topic: marketTopic(deployment, READINGS, order.market),
  },
  terms: { value: terms, body: toHex(body.encodeTerms(terms)), structHash: agreement.termsHash },
  conditions: {
    value: conditions,
    body: toHex(body.encodeConditions(conditions)),
    structHash: agreement.conditions,
  },
  agreement: {
    value: agreement,
    body: toHex(body.encodeAgreement(agreement)),
    digest: agreementId,
    signatures: { buyer: buyer.sign(agreementId), seller: seller.sign(agreementId) },
  },
  delivery: {
    value: delivery,
    body: toHex(body.encodeDelivery(delivery)),
    digest: release.evidence,
    signature: seller.sign(release.evidence),
  },
  release: {
    value: release,
    digest: eip712.hashRelease(domains.escrow, release),
    signature: buyer.sign(eip712.hashRelease(domains.escrow, release)),
  },
  frames: {
    proposal: frame(1n, 0n, { type: 'proposal', offer, endpoints: intent.endpoints }),
    acceptance: frame(1n, 1n, {
      type: 'acceptance',
      agreementId,
      signature: buyer.sign(agreementId),
      funding: { kind: 'balance' },
    }),
    decline: frame(1n, 1n, { type: 'decline', subject: agreementId, reason: 'price', detail: '' }),
  },
  catchUp: {
    ask: toHex(encodeCatchUpAsk({ type: 'intents', domain: 'energy', cells: cellsOf(intent.area) })),
    records: toHex(encodeCatchUpAsk({ type: 'records', domain: 'energy', cells: cellsOf(record.area) })),
    orders: toHex(encodeCatchUpAsk({ type: 'orders', market: order.market })),
    readings: toHex(encodeCatchUpAsk({ type: 'readings', market: order.market })),
    have: toHex(encodeCatchUpHave([intentHash])),
    want: toHex(encodeCatchUpWant([0])),
  },
}

/** The text of the file. */
export function print(): string {
  return `${JSON.stringify(vectors, (_, value) => (typeof value === 'bigint' ? String(value) : value), 2)}\n`
}

if (import.meta.main) await writeFile(new URL('../../vectors/protocol.json', import.meta.url), print())
