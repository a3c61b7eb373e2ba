import { create } from '@bufbuild/protobuf'
import { WireError } from '../errors.ts'
import { MAX_TRIP_BATCH } from '../limits.ts'
import { type Place, TRIP_CLAIMS, type TripPlan, type TripReport } from '../trip.ts'
import type { Hex, Signed } from '../types.ts'
import { decodeBody, decodeEnvelope, encode, encodeInFrame, type Frame, frameEmpty } from './codec.ts'
import { fromHex, oneOf, toAddress, toHash, toSignature, toText } from './fields.ts'
import {
  type Place as PlaceMessage,
  PlaceSchema,
  SignedSchema,
  type TripFrame as TripFrameMessage,
  TripFrameSchema,
  TripPlanSchema,
  TripReportSchema,
} from './mesh_pb.js'

/** One message of the trips protocol. */
export type TripMessage =
  | {
      type: 'said'
      agreementId: Hex
      plan: Signed<TripPlan> | undefined
      reports: readonly Signed<TripReport>[]
    }
  | { type: 'heard'; agreementId: Hex; plan: boolean; reports: bigint }
  | { type: 'refusal'; agreementId: Hex; code: string; detail: string }

export function encodeTripPlan(plan: TripPlan): Uint8Array {
  return encode(TripPlanSchema, {
    agreement: fromHex(plan.agreement),
    pickUp: create(PlaceSchema, plan.pickUp),
    dropOff: create(PlaceSchema, plan.dropOff),
  })
}

/** @throws WireError naming the field */
export function decodeTripPlan(bytes: Uint8Array): TripPlan {
  const { agreement, pickUp, dropOff } = decodeBody(TripPlanSchema, bytes)
  return {
    agreement: toHash(agreement, 'tripPlan.agreement'),
    pickUp: toPlace(pickUp, 'tripPlan.pickUp'),
    dropOff: toPlace(dropOff, 'tripPlan.dropOff'),
  }
}

export function encodeTripReport({ place, ...report }: TripReport): Uint8Array {
  return encode(TripReportSchema, {
    ...report,
    agreement: fromHex(report.agreement),
    agent: fromHex(report.agent),
    previous: fromHex(report.previous),
    claim: TRIP_CLAIMS.indexOf(report.claim),
    ...(place && { place: create(PlaceSchema, place) }),
  })
}

/** @throws WireError naming the field */
export function decodeTripReport(bytes: Uint8Array): TripReport {
  const { $typeName: _, ...body } = decodeBody(TripReportSchema, bytes)
  return {
    ...body,
    agreement: toHash(body.agreement, 'tripReport.agreement'),
    agent: toAddress(body.agent, 'tripReport.agent'),
    previous: toHash(body.previous, 'tripReport.previous'),
    claim: oneOf(body.claim, TRIP_CLAIMS, 'tripReport.claim'),
    place: body.place && toPlace(body.place, 'tripReport.place'),
  }
}

/** Encodes a frame, without its length prefix. */
export function encodeTripFrame(frame: Frame<TripMessage>): Uint8Array {
  return encodeInFrame(TripFrameSchema, frame, fieldsOf(frame.message))
}

/**
 * Decodes and validates a frame's form; signatures are the receiver's to verify.
 *
 * @throws WireError that names the field
 */
export function decodeTripFrame(bytes: Uint8Array): Frame<TripMessage> {
  const { id, replyTo, body } = decodeEnvelope(TripFrameSchema, bytes)
  return { id, replyTo, message: messageOf(body) }
}

function fieldsOf(message: TripMessage): Record<string, unknown> {
  const agreementId = fromHex(message.agreementId)
  if (message.type !== 'said') return { ...message, agreementId }
  const { plan, reports } = message
  return {
    agreementId,
    ...(plan && { plan: { body: encodeTripPlan(plan.value), signature: fromHex(plan.signature) } }),
    reports: reports.map(({ value, signature }) =>
      create(SignedSchema, { body: encodeTripReport(value), signature: fromHex(signature) }),
    ),
  }
}

function messageOf(body: TripFrameMessage['body']): TripMessage {
  switch (body.case) {
    case 'said': {
      const { plan, reports } = body.value
      if (reports.length > MAX_TRIP_BATCH) throw tooMany(reports.length)
      return {
        type: body.case,
        agreementId: toHash(body.value.agreementId, 'said.agreementId'),
        plan: plan && {
          value: decodeTripPlan(plan.body),
          signature: toSignature(plan.signature, 'said.plan.signature'),
        },
        reports: reports.map((report, index) => ({
          value: decodeTripReport(report.body),
          signature: toSignature(report.signature, `said.reports[${index}].signature`),
        })),
      }
    }
    case 'heard': {
      const { plan, reports } = body.value
      return {
        type: body.case,
        agreementId: toHash(body.value.agreementId, 'heard.agreementId'),
        plan,
        reports,
      }
    }
    case 'refusal':
      return {
        type: body.case,
        agreementId: toHash(body.value.agreementId, 'refusal.agreementId'),
        code: toText(body.value.code, 'refusal.code'),
        detail: toText(body.value.detail, 'refusal.detail'),
      }
    default:
      throw frameEmpty('tripFrame.body')
  }
}

/** Degrees at the ends of the map, in units of 10^-7. */
const FARTHEST = { longitude: 1_800_000_000, latitude: 900_000_000 }

function toPlace(place: PlaceMessage | undefined, field: string): Place {
  const { longitude, latitude } = place ?? { longitude: Number.NaN, latitude: Number.NaN }
  const isOnEarth = Math.abs(longitude) <= FARTHEST.longitude && Math.abs(latitude) <= FARTHEST.latitude
  if (isOnEarth) return { longitude, latitude }
  throw new WireError('PLACE_INVALID', 'A place is none on the Earth.', {
    field,
    expected: `10^-7 degrees, at most ${FARTHEST.longitude} east or west and ${FARTHEST.latitude} north or south`,
    received: place === undefined ? 'none' : `${longitude} ${latitude}`,
  })
}

function tooMany(received: number): WireError {
  return new WireError('LIST_TOO_LONG', 'A list has too many entries.', {
    field: 'said.reports',
    expected: `at most ${MAX_TRIP_BATCH}`,
    received,
  })
}
