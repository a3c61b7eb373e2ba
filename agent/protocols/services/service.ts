import { z } from 'zod'
import { RefusedError } from '../../../protocol/errors.ts'
import { membersOf } from '../../../protocol/input.ts'
import type { Address } from '../../../protocol/types.ts'
import { DEFAULT_CREDIT, MAX_CREDIT, WORK_TIMEOUT } from './constants.ts'

/** Who asks, and until when an answer is of use. */
export interface Asking {
  from: Address
  /** Aborted when the answer takes too long. */
  signal: AbortSignal
}

/** Answers a question; what it throws is reported, and the asker pays nothing. */
export type ServiceHandler = (
  question: Uint8Array,
  asking: Asking,
) => Uint8Array | string | Promise<Uint8Array | string>

export interface ServiceOptions {
  /** Minor units of the payment token per answer; 0n, the default, for a service that is free. */
  price?: bigint
  /** Seconds for which an answer holds, and may be given to others who ask the same; 0n, the default, for none. */
  ttl?: bigint
  /** Answers that may be unpaid at a time: what an asker that goes away can cost. */
  credit?: number
  /** Questions that are worked on at a time, 16 by default; further ones are refused. */
  concurrency?: number
  /** Milliseconds that an answer may take. */
  timeout?: number
}

export const serviceOptionsSchema = membersOf<ServiceOptions>({
  price: z.bigint().optional(),
  ttl: z.bigint().optional(),
  credit: z.int().optional(),
  concurrency: z.int().optional(),
  timeout: z.number().optional(),
})

/** A service with all its options. */
export interface Service extends Required<ServiceOptions> {
  capability: string
  handler: ServiceHandler
}

/**
 * A service with nothing left open.
 *
 * @throws RefusedError `SERVICE_INVALID` when an option is out of its bounds
 */
export function serviceOf(capability: string, handler: ServiceHandler, options: ServiceOptions): Service {
  const { price = 0n, ttl = 0n, credit = DEFAULT_CREDIT, concurrency = 16, timeout = WORK_TIMEOUT } = options
  const service = { capability, handler, price, ttl, credit, concurrency, timeout }
  const wrong =
    (price < 0n && 'price') ||
    (ttl < 0n && 'ttl') ||
    (!(1 <= credit && credit <= MAX_CREDIT) && 'credit') ||
    (concurrency < 1 && 'concurrency') ||
    (timeout <= 0 && 'timeout')
  if (wrong === false) return service
  throw new RefusedError('SERVICE_INVALID', 'A service cannot be served like this.', {
    field: `serve.${wrong}`,
    expected: `price and ttl from 0, credit 1 to ${MAX_CREDIT}, concurrency from 1, timeout above 0`,
    received: service[wrong],
    remedy: 'Change it, or leave it out for the default.',
  })
}
