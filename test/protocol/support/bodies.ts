import type { DescMessage } from '@bufbuild/protobuf'
import fc from 'fast-check'
import {
  decodeAgreement,
  decodeCapabilityRecord,
  decodeConditions,
  decodeDelivery,
  decodeIntent,
  decodeMarketOrder,
  decodeSlotReading,
  decodeTerms,
  encodeAgreement,
  encodeCapabilityRecord,
  encodeConditions,
  encodeDelivery,
  encodeIntent,
  encodeMarketOrder,
  encodeSlotReading,
  encodeTerms,
} from '../../../protocol/wire/bodies.ts'
import { decodeKnowledgeAnswer, encodeKnowledgeAnswer } from '../../../protocol/wire/knowledge.ts'
import {
  AgreementSchema,
  CapabilityRecordSchema,
  ConditionsSchema,
  DeliverySchema,
  IntentSchema,
  KnowledgeAnswerSchema,
  SlotOrderSchema,
  SlotReadingSchema,
  TermsSchema,
  TripPlanSchema,
  TripReportSchema,
} from '../../../protocol/wire/mesh_pb.js'
import {
  decodeTripPlan,
  decodeTripReport,
  encodeTripPlan,
  encodeTripReport,
} from '../../../protocol/wire/trips.ts'
import * as arbitrary from './arbitraries.ts'

/** A kind of signed body, with where its values come from. */
export interface BodyKind {
  /** As errors name it. */
  name: string
  schema: DescMessage
  arbitrary: fc.Arbitrary<object>
  encode(value: object): Uint8Array
  decode(bytes: Uint8Array): object
}

export const bodies: readonly BodyKind[] = [
  kind('intent', IntentSchema, arbitrary.intent, encodeIntent, decodeIntent),
  kind(
    'capabilityRecord',
    CapabilityRecordSchema,
    arbitrary.capabilityRecord,
    encodeCapabilityRecord,
    decodeCapabilityRecord,
  ),
  kind('terms', TermsSchema, arbitrary.terms, encodeTerms, decodeTerms),
  kind('agreement', AgreementSchema, arbitrary.agreement, encodeAgreement, decodeAgreement),
  kind('conditions', ConditionsSchema, arbitrary.conditions, encodeConditions, decodeConditions),
  kind('delivery', DeliverySchema, arbitrary.delivery, encodeDelivery, decodeDelivery),
  kind('order', SlotOrderSchema, arbitrary.marketOrder, encodeMarketOrder, decodeMarketOrder),
  kind(
    'reading',
    SlotReadingSchema,
    fc.record({ reading: arbitrary.slotReading, meter: arbitrary.address }),
    ({ reading, meter }) => encodeSlotReading(reading, meter),
    decodeSlotReading,
  ),
  kind(
    'knowledgeAnswer',
    KnowledgeAnswerSchema,
    arbitrary.knowledgeAnswer,
    encodeKnowledgeAnswer,
    decodeKnowledgeAnswer,
  ),
  kind('tripPlan', TripPlanSchema, arbitrary.tripPlan, encodeTripPlan, decodeTripPlan),
  kind('tripReport', TripReportSchema, arbitrary.tripReport, encodeTripReport, decodeTripReport),
]

function kind<T extends object>(
  name: string,
  schema: DescMessage,
  values: fc.Arbitrary<T>,
  encode: (value: T) => Uint8Array,
  decode: (bytes: Uint8Array) => T,
): BodyKind {
  return { name, schema, arbitrary: values, encode: (value) => encode(value as T), decode }
}
