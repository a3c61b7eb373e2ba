/** What has something in common, in no order: added to, taken from and counted in constant time. */
export class PostingList<T> {
  readonly #entries: T[] = []
  readonly #positions = new Map<T, number>()

  get size(): number {
    return this.#entries.length
  }

  /** Adds an entry; one that is there already stays once. */
  add(entry: T): void {
    if (this.#positions.has(entry)) return
    this.#positions.set(entry, this.#entries.length)
    this.#entries.push(entry)
  }

  delete(entry: T): void {
    const position = this.#positions.get(entry)
    if (position === undefined) return
    this.#positions.delete(entry)
    const last = this.#entries.pop()
    if (last === undefined || last === entry) return
    // The last one takes its place.
    this.#entries[position] = last
    this.#positions.set(last, position)
  }

  at(position: number): T | undefined {
    return this.#entries[position]
  }
}
