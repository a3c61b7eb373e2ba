import { ApiError } from '../problem.ts'

/** Milliseconds until what was lost is forgotten. */
const MEMORY = 3_600_000
/** Of so many answers of the highest price the payment may fail in that time. */
const MOST_LOST = 10

/**
 * What the gateway has paid for others and not got back: an agent is paid for its answer before the client's payment is
 * settled, and a client may spend its money in between. A client has one payment in hand at a time, and when too much was lost
 * nobody is trusted for a while.
 */
export class Advances {
  readonly #most: bigint
  readonly #clients = new Set<string>()
  #lost: { amount: bigint; at: number }[] = []

  /** @param price the highest of an answer, in minor units */
  constructor(price: bigint) {
    this.#most = price * BigInt(MOST_LOST)
  }

  /** @throws ApiError 503 `CREDIT_EXHAUSTED`, 409 `PAYMENT_IN_HAND` */
  begin(client: string): Disposable {
    this.#lost = this.#lost.filter(({ at }) => at > Date.now() - MEMORY)
    const lost = this.#lost.reduce((sum, { amount }) => sum + amount, 0n)
    if (lost >= this.#most && this.#lost.length > 0) throw exhausted()
    if (this.#clients.has(client)) throw inHand()
    this.#clients.add(client)
    return { [Symbol.dispose]: () => void this.#clients.delete(client) }
  }

  /** Notes that an answer was paid for whose client did not pay. */
  lose(amount: bigint): void {
    this.#lost.push({ amount, at: Date.now() })
  }
}

function exhausted(): ApiError {
  return new ApiError(503, 'CREDIT_EXHAUSTED', 'Too many clients have not paid for what they had asked.', {
    remedy: 'Try again within the hour, or ask the agent by a node of your own.',
  })
}

function inHand(): ApiError {
  return new ApiError(409, 'PAYMENT_IN_HAND', 'Another question of this payer is being answered.', {
    expected: 'one question of a payer at a time',
    remedy: 'Ask when that one is answered.',
  })
}
