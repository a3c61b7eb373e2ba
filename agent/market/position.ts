/**
 * What one agent has to trade in one delivery interval, and how much of it is spoken for. Quantities in the
 * capability's unit; `total = free + reserved + committed` always holds.
 */
export class Position {
  readonly side: 'buy' | 'sell'
  readonly total: bigint
  #committed = 0n
  readonly #reserved = new Map<object, bigint>()

  /** @param net surplus positive, deficit negative */
  constructor(net: bigint) {
    this.side = net < 0n ? 'buy' : 'sell'
    this.total = net < 0n ? -net : net
  }

  /** Under signed agreements. */
  get committed(): bigint {
    return this.#committed
  }

  /** Promised in negotiations that have not ended. */
  get reserved(): bigint {
    return [...this.#reserved.values()].reduce((sum, quantity) => sum + quantity, 0n)
  }

  /** Neither reserved nor committed. */
  get free(): bigint {
    return this.total - this.#committed - this.reserved
  }

  /** What a negotiation may promise: all that is free, and what it has reserved already. */
  available(negotiation: object): bigint {
    return this.free + (this.#reserved.get(negotiation) ?? 0n)
  }

  /**
   * Sets what a negotiation has promised, in place of what it had before.
   *
   * @throws RangeError when it is more than is available
   */
  reserve(negotiation: object, quantity: bigint): void {
    if (quantity < 0n || quantity > this.available(negotiation)) {
      throw new RangeError(`cannot reserve ${quantity} of ${this.available(negotiation)}`)
    }
    this.#reserved.set(negotiation, quantity)
  }

  /**
   * Ends a negotiation: what it agreed on is committed, the rest is free again.
   *
   * @throws RangeError when it agreed on more than was available
   */
  conclude(negotiation: object, agreed: bigint): void {
    this.reserve(negotiation, agreed)
    this.#reserved.delete(negotiation)
    this.#committed += agreed
  }

  /**
   * Takes back a commitment that came to nothing.
   *
   * @throws RangeError when it is more than is committed
   */
  revoke(quantity: bigint): void {
    if (quantity < 0n || quantity > this.#committed) {
      throw new RangeError(`cannot revoke ${quantity} of ${this.#committed}`)
    }
    this.#committed -= quantity
  }
}
