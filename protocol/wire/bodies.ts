import { create } from '@bufbuild/protobuf'
import {
  attributeOf,
  checkAttributes,
  checkCapabilities,
  type PlainAttribute,
  plainAttribute,
} from '../capability.ts'
import { WireError } from '../errors.ts'
import { MAX_STEPS } from '../limits.ts'
import type {
  Address,
  Agreement,
  Attribute,
  Capability,
  CapabilityRecord,
  Conditions,
  Delivery,
  Intent,
  MarketOrder,
  Side,
  SlotReading,
  Terms,
} from '../types.ts'
import { decodeBody, encode } from './codec.ts'
import { atMost, fromHex, fromUint, oneOf, toAddress, toHash, toText, toTexts, toUint } from './fields.ts'
import {
  AgreementSchema,
  AttributeSchema,
  type Capability as CapabilityMessage,
  CapabilityRecordSchema,
  CapabilitySchema,
  ConditionsSchema,
  DeliverySchema,
  IntentSchema,
  PriceStepSchema,
  SlotOrderSchema,
  SlotReadingSchema,
  TermsSchema,
} from './mesh_pb.js'

/** The signed bodies: each `encode` is canonical, each `decode` throws a WireError that names the field. */

/** The wire has no smaller numbers than 32 bits; some members have. */
const MAX_UINT16 = 0xffff

/** Largest tariff of an order. */
const MAX_UINT48 = 0xffff_ffff_ffffn

const SIDES: readonly Side[] = ['buy', 'sell']

export function encodeIntent(intent: Intent): Uint8Array {
  return encode(IntentSchema, {
    ...intent,
    agent: fromHex(intent.agent),
    side: SIDES.indexOf(intent.side),
    nonce: fromUint(intent.nonce, 32),
    attributes: intent.attributes.map((attribute) => create(AttributeSchema, plainAttribute(attribute))),
  })
}

export function decodeIntent(bytes: Uint8Array): Intent {
  const { $typeName: _, ...body } = decodeBody(IntentSchema, bytes)
  return {
    ...body,
    agent: toAddress(body.agent, 'intent.agent'),
    side: oneOf(body.side, SIDES, 'intent.side'),
    capability: toText(body.capability, 'intent.capability'),
    area: toText(body.area, 'intent.area'),
    nonce: toUint(body.nonce, 32, 'intent.nonce'),
    endpoints: toTexts(body.endpoints, 'intent.endpoints'),
    attributes: toIntentAttributes(body.attributes, 'intent.attributes'),
  }
}

export function encodeCapabilityRecord(record: CapabilityRecord): Uint8Array {
  return encode(CapabilityRecordSchema, {
    ...record,
    agent: fromHex(record.agent),
    agentId: fromUint(record.agentId, 32),
    capabilities: record.capabilities.map((capability) =>
      create(CapabilitySchema, {
        ...capability,
        attributes: capability.attributes.map(plainAttribute),
      }),
    ),
  })
}

export function decodeCapabilityRecord(bytes: Uint8Array): CapabilityRecord {
  const { $typeName: _, ...body } = decodeBody(CapabilityRecordSchema, bytes)
  return {
    ...body,
    agent: toAddress(body.agent, 'capabilityRecord.agent'),
    agentId: toUint(body.agentId, 32, 'capabilityRecord.agentId'),
    capabilities: toCapabilities(body.capabilities, 'capabilityRecord.capabilities'),
    area: toText(body.area, 'capabilityRecord.area'),
    endpoints: toTexts(body.endpoints, 'capabilityRecord.endpoints'),
  }
}

function toIntentAttributes(messages: readonly PlainAttribute[], field: string): Attribute[] {
  const attributes = toAttributes(messages, field)
  checkAttributes(attributes, field)
  return attributes
}

function toAttributes(messages: readonly PlainAttribute[], field: string): Attribute[] {
  return messages.map((message) => attributeOf(message, field))
}

function toCapabilities(messages: readonly CapabilityMessage[], field: string): Capability[] {
  const capabilities = messages.map(({ $typeName: _, ...message }, index) => ({
    ...message,
    attributes: toAttributes(message.attributes, `${field}[${index}].attributes`),
  }))
  checkCapabilities(capabilities, field)
  return capabilities
}

export function encodeTerms(terms: Terms): Uint8Array {
  return encode(TermsSchema, { ...terms, previous: fromHex(terms.previous) })
}

export function decodeTerms(bytes: Uint8Array): Terms {
  const { $typeName: _, ...body } = decodeBody(TermsSchema, bytes)
  return {
    ...body,
    capability: toText(body.capability, 'terms.capability'),
    area: toText(body.area, 'terms.area'),
    previous: toHash(body.previous, 'terms.previous'),
  }
}

export function encodeAgreement(agreement: Agreement): Uint8Array {
  return encode(AgreementSchema, {
    ...agreement,
    buyer: fromHex(agreement.buyer),
    payer: fromHex(agreement.payer),
    seller: fromHex(agreement.seller),
    payout: fromHex(agreement.payout),
    token: fromHex(agreement.token),
    staker: fromHex(agreement.staker),
    exposure: fromUint(agreement.exposure, 12),
    feeBps: Number(agreement.feeBps),
    penaltyBps: Number(agreement.penaltyBps),
    buyerEpoch: Number(agreement.buyerEpoch),
    sellerEpoch: Number(agreement.sellerEpoch),
    intentHash: fromHex(agreement.intentHash),
    termsHash: fromHex(agreement.termsHash),
    nonce: fromUint(agreement.nonce, 16),
    conditions: fromHex(agreement.conditions),
  })
}

export function decodeAgreement(bytes: Uint8Array): Agreement {
  const { $typeName: _, ...body } = decodeBody(AgreementSchema, bytes)
  return {
    ...body,
    buyer: toAddress(body.buyer, 'agreement.buyer'),
    payer: toAddress(body.payer, 'agreement.payer'),
    seller: toAddress(body.seller, 'agreement.seller'),
    payout: toAddress(body.payout, 'agreement.payout'),
    token: toAddress(body.token, 'agreement.token'),
    staker: toAddress(body.staker, 'agreement.staker'),
    exposure: toUint(body.exposure, 12, 'agreement.exposure'),
    feeBps: BigInt(atMost(body.feeBps, MAX_UINT16, 'agreement.feeBps')),
    penaltyBps: BigInt(atMost(body.penaltyBps, MAX_UINT16, 'agreement.penaltyBps')),
    buyerEpoch: BigInt(body.buyerEpoch),
    sellerEpoch: BigInt(body.sellerEpoch),
    intentHash: toHash(body.intentHash, 'agreement.intentHash'),
    termsHash: toHash(body.termsHash, 'agreement.termsHash'),
    nonce: toUint(body.nonce, 16, 'agreement.nonce'),
    conditions: toHash(body.conditions, 'agreement.conditions'),
  }
}

export function encodeConditions(conditions: Conditions): Uint8Array {
  return encode(ConditionsSchema, {
    ...conditions,
    arbitrator: fromHex(conditions.arbitrator),
    meter: fromHex(conditions.meter),
    lateBps: Number(conditions.lateBps),
    window: Number(conditions.window),
    splitBps: Number(conditions.splitBps),
  })
}

export function decodeConditions(bytes: Uint8Array): Conditions {
  const { $typeName: _, ...body } = decodeBody(ConditionsSchema, bytes)
  return {
    ...body,
    arbitrator: toAddress(body.arbitrator, 'conditions.arbitrator'),
    meter: toAddress(body.meter, 'conditions.meter'),
    lateBps: BigInt(atMost(body.lateBps, MAX_UINT16, 'conditions.lateBps')),
    window: BigInt(body.window),
    splitBps: BigInt(atMost(body.splitBps, MAX_UINT16, 'conditions.splitBps')),
  }
}

export function encodeDelivery(delivery: Delivery): Uint8Array {
  const { agreement, evidence } = delivery
  return encode(DeliverySchema, { ...delivery, agreement: fromHex(agreement), evidence: fromHex(evidence) })
}

export function decodeDelivery(bytes: Uint8Array): Delivery {
  const { $typeName: _, ...body } = decodeBody(DeliverySchema, bytes)
  return {
    ...body,
    agreement: toHash(body.agreement, 'delivery.agreement'),
    evidence: toHash(body.evidence, 'delivery.evidence'),
  }
}

export function encodeMarketOrder(order: MarketOrder): Uint8Array {
  return encode(SlotOrderSchema, {
    ...order,
    market: fromHex(order.market),
    account: fromHex(order.account),
    side: SIDES.indexOf(order.side),
    steps: order.steps.map((step) => create(PriceStepSchema, step)),
  })
}

export function decodeMarketOrder(bytes: Uint8Array): MarketOrder {
  const { $typeName: _, ...body } = decodeBody(SlotOrderSchema, bytes)
  if (body.steps.length > MAX_STEPS) {
    throw new WireError('LIST_TOO_LONG', 'A list has too many entries.', {
      field: 'order.steps',
      expected: `at most ${MAX_STEPS}`,
      received: body.steps.length,
    })
  }
  return {
    ...body,
    market: toHash(body.market, 'order.market'),
    account: toAddress(body.account, 'order.account'),
    side: oneOf(body.side, SIDES, 'order.side'),
    tariff: atMost(body.tariff, MAX_UINT48, 'order.tariff'),
    steps: body.steps.map(({ price, quantity }) => ({ price, quantity })),
  }
}

/** @param meter whose signature goes with it; the chain knows it for the account's */
export function encodeSlotReading(reading: SlotReading, meter: Address): Uint8Array {
  return encode(SlotReadingSchema, {
    ...reading,
    market: fromHex(reading.market),
    account: fromHex(reading.account),
    meter: fromHex(meter),
  })
}

export function decodeSlotReading(bytes: Uint8Array): { reading: SlotReading; meter: Address } {
  const { $typeName: _, meter, ...body } = decodeBody(SlotReadingSchema, bytes)
  const reading = {
    ...body,
    market: toHash(body.market, 'reading.market'),
    account: toAddress(body.account, 'reading.account'),
  }
  return { reading, meter: toAddress(meter, 'reading.meter') }
}
