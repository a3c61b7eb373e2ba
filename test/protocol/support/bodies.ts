import type { DescMessage } from '@bufbuild/protobuf'
import type fc from 'fast-check'
import {
  decodeAgreement,
  decodeCapabilityRecord,
  decodeConditions,
  decodeDelivery,
  decodeIntent,
  decodeTerms,
  encodeAgreement,
  encodeCapabilityRecord,
  encodeConditions,
  encodeDelivery,
  encodeIntent,
  encodeTerms,
} from '../../../protocol/wire/bodies.ts'
import {
  AgreementSchema,
  CapabilityRecordSchema,
  ConditionsSchema,
  DeliverySchema,
  IntentSchema,
  TermsSchema,
} from '../../../protocol/wire/mesh_pb.js'
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
