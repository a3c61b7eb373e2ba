import type { Books } from '../../community/messages.ts'
import type { Supervisor } from '../../community/supervisor.ts'

/** How often the homes are asked for their books, in milliseconds. */
const INTERVAL = 1_000

/** Keeps the homes' latest books at hand, also those of homes that do not answer just now. */
export class BooksWatch implements Disposable {
  readonly #known = new Map<string, Books>()
  #answering: ReadonlySet<string> = new Set()
  readonly #supervisor: Supervisor
  readonly #timer: NodeJS.Timeout

  constructor(supervisor: Supervisor) {
    this.#supervisor = supervisor
    this.#timer = setInterval(() => void this.refresh(), INTERVAL)
    void this.refresh()
  }

  /** The last that each home told. */
  get latest(): readonly Books[] {
    return [...this.#known.values()]
  }

  /** Whether a home has not told its books when all were asked last. */
  isAway(home: string): boolean {
    return !this.#answering.has(home)
  }

  /** Asks every home now. */
  async refresh(): Promise<readonly Books[]> {
    const books = await this.#supervisor.books()
    this.#answering = new Set(books.map(({ home }) => home))
    for (const entry of books) this.#known.set(entry.home, entry)
    return this.latest
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}
