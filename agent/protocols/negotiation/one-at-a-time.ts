import type { Hex } from '../../../protocol/types.ts'

/** What is under way about deals: one thing about each at a time. */
export class OneAtATime {
  readonly #running = new Map<Hex, Promise<unknown>>()

  /** How many deals have something under way. */
  get size(): number {
    return this.#running.size
  }

  has(id: Hex): boolean {
    return this.#running.has(id)
  }

  /** Does something about a deal that has nothing under way; see {@link idle}. */
  async run<T>(id: Hex, action: () => Promise<T>): Promise<T> {
    const running = action()
    this.#running.set(id, running)
    try {
      return await running
    } finally {
      this.#running.delete(id)
    }
  }

  /** Waits until nothing is under way about a deal. */
  async idle(id: Hex): Promise<void> {
    for (let running = this.#running.get(id); running !== undefined; running = this.#running.get(id)) {
      await running.catch(() => undefined)
    }
  }
}
