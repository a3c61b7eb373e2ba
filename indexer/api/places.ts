import type { ConnectionLimits } from './server.ts'
import { Shares } from './shares.ts'

/** Places of those who wait at a time: so many for all, and so many of them for one address. */
export class Places {
  readonly #all: number
  readonly #shares: Shares
  #taken = 0

  constructor({ all, perAddress }: ConnectionLimits) {
    this.#all = all
    this.#shares = new Shares(perAddress)
  }

  /** @returns a function that gives the place back; undefined when there is none */
  take(address: string | undefined): (() => void) | undefined {
    const leave = this.#taken < this.#all ? this.#shares.take(address) : undefined
    if (leave === undefined) return undefined
    this.#taken++
    return () => {
      this.#taken--
      leave()
    }
  }
}
