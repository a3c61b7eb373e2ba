import type { Books } from '../../community/messages.ts'
import type { Supervisor } from '../../community/supervisor.ts'

/** How often the homes are asked for their books, in milliseconds. */
const INTERVAL = 1_000

/** Keeps the homes' latest books at hand. */
export class BooksWatch implements Disposable {
  latest: readonly Books[] = []
  readonly #supervisor: Supervisor
  readonly #timer: NodeJS.Timeout

  constructor(supervisor: Supervisor) {
    this.#supervisor = supervisor
    this.#timer = setInterval(() => void this.refresh(), INTERVAL)
    void this.refresh()
  }

  /** Asks every home now. */
  async refresh(): Promise<readonly Books[]> {
    this.latest = await this.#supervisor.books()
    return this.latest
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}
