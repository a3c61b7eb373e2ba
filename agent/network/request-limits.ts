import { WireError } from '../../protocol/errors.ts'
import type { Quota } from '../../protocol/network-parameters.ts'
import { RateLimits } from './rate-limits.ts'

/** What the messages of a protocol cost, and what one peer may spend on them. */
export interface Tariff<Kind extends string> {
  /** Name of the protocol, for whoever reads of a refusal. */
  readonly protocol: string
  /** Units that one peer has at once, and that come back in a minute. */
  readonly quota: Quota
  /** Units by kind of message: in proportion to what handling one takes. */
  readonly costs: Readonly<Record<Kind, number>>
}

/**
 * What each peer may ask of one protocol over streams: a bucket per peer, from which each message takes what its kind
 * costs. It remembers as many peers as `RateLimits` keys.
 *
 * Source: the generic cell rate algorithm (ITU-T I.371, Annex A), per peer and protocol with costs as Lodestar's
 * `reqresp/rate_limiter` has it.
 *
 * @example
 * ```ts
 * const limits = new RequestLimits({ protocol: 'echo/1', quota: { perMinute: 60, burst: 10 }, costs: { ping: 1, file: 5 } })
 * limits.take(peer.toString(), 'file')
 * ```
 */
export class RequestLimits<Kind extends string> {
  readonly #tariff: Tariff<Kind>
  readonly #rates: RateLimits

  /** @param clock monotonic milliseconds */
  constructor(tariff: Tariff<Kind>, clock?: () => number) {
    this.#tariff = tariff
    this.#rates = new RateLimits(clock)
  }

  /**
   * Counts a message of a peer; to be called before it is handled.
   *
   * @throws WireError `PEER_FLOODS`, and counts nothing, when the peer has not enough left
   */
  take(peer: string, kind: Kind): void {
    const { protocol, quota, costs } = this.#tariff
    if (this.#rates.take(peer, quota, costs[kind])) return
    throw new WireError('PEER_FLOODS', 'A peer asks for more than its quota.', {
      field: `${protocol} ${kind}`,
      expected: `${quota.burst} units at once, and ${quota.perMinute} a minute`,
      received: `${costs[kind]} more of ${peer}`,
      remedy: 'Ask less often.',
    })
  }
}
