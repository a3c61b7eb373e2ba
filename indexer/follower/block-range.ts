/**
 * How many blocks to ask for at once: more while answers are small, fewer when one is refused or large. Providers
 * differ in what they allow and seldom say so.
 */
export class BlockRange {
  static readonly MAX_BLOCKS = 10_000
  /** An answer with more logs than this is too large to double the next one. */
  static readonly MANY_LOGS = 2_000

  #size: number

  constructor(size = 100) {
    this.#size = size
  }

  get size(): number {
    return this.#size
  }

  /** An answer came, with so many logs. */
  succeeded(logs: number): void {
    if (logs > BlockRange.MANY_LOGS) this.failed()
    else this.#size = Math.min(this.#size * 2, BlockRange.MAX_BLOCKS)
  }

  /** The provider refused, or took too long. */
  failed(): void {
    this.#size = Math.max(Math.floor(this.#size / 2), 1)
  }
}
