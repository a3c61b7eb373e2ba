import { z } from 'zod'
import { RefusedError } from '../../../protocol/errors.ts'
import { membersOf } from '../../../protocol/input.ts'
import type { Address, Capability } from '../../../protocol/types.ts'
import { DEFAULT_CREDIT, FREE_SHARE, MAX_CREDIT, MAX_WORK_TIMEOUT, PRICE, WORK_TIMEOUT } from './constants.ts'

/** Who asks, and until when an answer is of use. */
export interface Asking {
  from: Address
  /** Aborted when the answer takes too long, all who wait for it are gone, or this agent leaves the mesh. */
  signal: AbortSignal
}

/** Answers a question; what it throws is reported, and the asker pays nothing. */
export type ServiceHandler = (
  question: Uint8Array,
  asking: Asking,
) => Uint8Array | string | Promise<Uint8Array | string>

export interface ServiceOptions {
  /**
   * Minor units of the payment token per answer; by default what the capability's attribute `price` announces, and 0n, for a
   * service that is free, where it announces none. What is announced as a range has to be said here.
   */
  price?: bigint
  /** Seconds for which an answer holds, and may be given to others who ask the same; 0n, the default, for none. */
  ttl?: bigint
  /**
   * Answers that may be unpaid at a time: what an asker that goes away can cost. Of a free service, questions that an asker
   * may have under way at a time.
   */
  credit?: number
  /** Questions that are worked on at a time, 16 by default, a quarter of them at most for one asker of a free service. */
  concurrency?: number
  /** Milliseconds that an answer may take, up to an hour. */
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
  /** Questions of one asker that are worked on at a time. */
  perAsker: number
}

/**
 * A service with nothing left open.
 *
 * @param announced what the agent says of the capability to others; undefined when it says nothing
 * @throws RefusedError `SERVICE_INVALID` when an option is out of its bounds, or the price is not the one that is announced
 */
export function serviceOf(
  capability: string,
  handler: ServiceHandler,
  options: ServiceOptions,
  announced?: Capability,
): Service {
  const { ttl = 0n, concurrency = 16, timeout = WORK_TIMEOUT } = options
  const price = priceOf(options.price, announced)
  // What costs nothing, one asker could have all of.
  const perAsker = price === 0n ? Math.max(1, Math.floor(concurrency / FREE_SHARE)) : concurrency
  const { credit = Math.min(DEFAULT_CREDIT, perAsker) } = options
  const service = { capability, handler, price, ttl, credit, concurrency, timeout, perAsker }
  const wrong =
    (price < 0n && 'price') ||
    (ttl < 0n && 'ttl') ||
    (!(Number.isSafeInteger(concurrency) && concurrency >= 1) && 'concurrency') ||
    (!(Number.isSafeInteger(credit) && 1 <= credit && credit <= MAX_CREDIT) && 'credit') ||
    (!(0 < timeout && timeout <= MAX_WORK_TIMEOUT) && 'timeout')
  if (wrong !== false) {
    const expected = `price and ttl from 0, credit 1 to ${MAX_CREDIT}, concurrency from 1, whole; timeout above 0, to ${MAX_WORK_TIMEOUT}`
    throw invalid(wrong, expected, service[wrong], 'Change it, or leave it out for the default.')
  }
  if (price > 0n || credit <= perAsker) return service
  throw invalid(
    'credit',
    `at most ${perAsker}, the questions of one asker that are worked on at a time`,
    credit,
    `Raise \`concurrency\`, of which an asker of a free service has one in ${FREE_SHARE}; or ask a price.`,
  )
}

/** What a service costs: what its owner says, which is what others are told; where it says nothing, what they are told. */
function priceOf(price: bigint | undefined, announced: Capability | undefined): bigint {
  const told = announced?.attributes.find(({ name }) => name === PRICE)
  if (told?.type !== 'range') return price ?? 0n
  if (price === undefined && told.min === told.max) return told.min
  if (price !== undefined && told.min <= price && price <= told.max) return price
  throw invalid(
    'price',
    `${told.min} to ${told.max}, the \`${PRICE}\` of the capability`,
    price ?? 'nothing',
    'Serve it at the price that `capabilities` announces, or announce this one.',
  )
}

function invalid(option: string, expected: string, received: unknown, remedy: string): RefusedError {
  return new RefusedError('SERVICE_INVALID', 'A service cannot be served like this.', {
    field: `options.${option}`,
    expected,
    received,
    remedy,
  })
}
