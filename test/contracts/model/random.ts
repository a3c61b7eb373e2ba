/** Random choices that a seed repeats: mulberry32, small and good enough to pick tests with. */
export class Random {
  #state: number

  /** @param seed any integer; its low 32 bits count */
  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** An integer from 0 to below - 1; below is at most 2 ** 32. */
  int(below: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }

  /** An integer from 0 to below - 1, of any size. */
  bigint(below: bigint): bigint {
    let value = 0n
    for (let size = 1n; size < below << 32n; size <<= 32n) value = (value << 32n) | BigInt(this.int(2 ** 32))
    return value % below
  }

  /** True once in so many times. */
  once(times: number): boolean {
    return this.int(times) === 0
  }

  /** One of several. */
  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.int(choices.length)]
    if (choice === undefined) throw new RangeError('nothing to choose from')
    return choice
  }

  /** One of several, each as often as its weight says. */
  weighted<T>(choices: readonly (readonly [weight: number, choice: T])[]): T {
    let left = this.int(choices.reduce((sum, [weight]) => sum + weight, 0))
    for (const [weight, choice] of choices) {
      left -= weight
      if (left < 0) return choice
    }
    throw new RangeError('nothing to choose from')
  }
}
