import type { Hex } from '../../../protocol/types.ts'

/**
 * The ids that were seen last. When there are too many, the oldest are forgotten: whoever wants one of its own to be
 * forgotten has to make as many new ones, and nobody can fill it up for others.
 */
export class RecentIds {
  readonly #ids = new Set<Hex>()
  readonly #most: number

  /** @param most how many are remembered */
  constructor(most: number) {
    this.#most = most
  }

  has(id: Hex): boolean {
    return this.#ids.has(id)
  }

  /** Remembers an id. @returns false when it was there already */
  add(id: Hex): boolean {
    if (this.#ids.has(id)) return false
    this.#ids.add(id)
    if (this.#ids.size <= this.#most) return true
    const [oldest] = this.#ids
    if (oldest !== undefined) this.#ids.delete(oldest)
    return true
  }
}
