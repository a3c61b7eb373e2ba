/** What is kept of something, and until when. */
interface Entry<Value> {
  value: Value
  /** Unix seconds. */
  expiry: bigint
  bytes: number
}

/** Values while they hold, bounded in number and bytes; the least recently asked for go first. */
export class ExpiringCache<Value> {
  readonly #limits: { entries: number; bytes: number }
  readonly #entries = new Map<string, Entry<Value>>()
  #bytes = 0

  /** @param limits most entries, and most bytes of all of them together */
  constructor(limits: { entries: number; bytes: number }) {
    this.#limits = limits
  }

  /** The value of a key that still holds. @param now Unix seconds */
  get(key: string, now: bigint): Value | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#delete(key, entry)
    if (entry.expiry <= now) return undefined
    this.#set(key, entry)
    return entry.value
  }

  /** Keeps a value that holds for longer than now, in place of an earlier one of its key; another one it does not. */
  set(key: string, entry: Entry<Value>, now: bigint): void {
    if (entry.expiry <= now || entry.bytes > this.#limits.bytes) return
    const known = this.#entries.get(key)
    if (known !== undefined) this.#delete(key, known)
    this.#set(key, entry)
    for (const [oldest, kept] of this.#entries) {
      if (this.#entries.size <= this.#limits.entries && this.#bytes <= this.#limits.bytes) return
      this.#delete(oldest, kept)
    }
  }

  /** What holds, the most recently asked for first. @param now Unix seconds */
  values(now: bigint): Value[] {
    const holding = [...this.#entries.values()].filter(({ expiry }) => expiry > now)
    return holding.reverse().map(({ value }) => value)
  }

  #set(key: string, entry: Entry<Value>): void {
    this.#entries.set(key, entry)
    this.#bytes += entry.bytes
  }

  #delete(key: string, entry: Entry<Value>): void {
    this.#entries.delete(key)
    this.#bytes -= entry.bytes
  }
}
