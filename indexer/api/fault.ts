import {
  ChainError,
  ConfigError,
  MeshError,
  RefusedError,
  SignatureError,
  TimeoutError,
} from '../../protocol/errors.ts'
import { ApiError } from './problem.ts'

/** What is not the request's fault, or has a status of its own. */
const STATUSES: Readonly<Record<string, number>> = {
  OFFER_UNKNOWN: 404,
  DELIVERY_UNKNOWN: 404,
  DEAL_UNKNOWN: 404,
  INTENT_UNKNOWN: 404,
  INTENT_STALE: 409,
  TRANSITION_FORBIDDEN: 409,
  OFFER_DECLINED: 409,
  DEAL_NOT_OPEN: 409,
  BALANCE_TOO_LOW: 402,
  QUOTA_EXCEEDED: 429,
  OPENINGS_EXCEEDED: 429,
  TOO_MANY_OFFERS: 429,
  CARRIER_FULL: 503,
  PEER_UNREACHABLE: 503,
  CHANNEL_CLOSED: 503,
  TOO_MANY_INTENTS: 503,
  DISCONNECTED: 503,
  INSUFFICIENT_FUNDS: 503,
  CHAIN_UNREACHABLE: 503,
}

/** Of faults in what a caller gives, those that a client has given; others are this process's own. */
const INPUTS = [
  'ARGUMENT_INVALID',
  'AREA_INVALID',
  'ATTRIBUTE_INVALID',
  'CAPABILITY_INVALID',
  'LIST_TOO_LONG',
]

/**
 * What the mesh or the chain made of a request, as an answer. Undefined for what is no such fault: that is ours, and nobody is
 * told of it but the log.
 */
export function faultOf(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error
  if (!(error instanceof MeshError)) return undefined
  if (error instanceof ConfigError && !INPUTS.includes(error.code)) return undefined
  const { code, field, expected, received, remedy } = error
  const details = { ...(field === undefined ? {} : { field }), expected, received, remedy, cause: error }
  return new ApiError(STATUSES[code] ?? statusOf(error), code, titleOf(error), details)
}

function statusOf(error: MeshError): number {
  if (error instanceof ChainError) return 409
  if (error instanceof TimeoutError) return 504
  if (error instanceof RefusedError || error instanceof SignatureError || error instanceof ConfigError)
    return 422
  return 500
}

/** The first line: the others are the details. */
function titleOf({ message }: MeshError): string {
  return message.split('\n')[0] ?? message
}

/** Does something of which a fault is to be answered. @throws ApiError; what is no such fault */
export function answerable<T>(act: () => T): T {
  try {
    return act()
  } catch (error) {
    throw faultOf(error) ?? error
  }
}
