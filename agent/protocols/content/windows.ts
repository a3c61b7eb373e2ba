import { abortable } from '../../network/abortable.ts'

interface Window {
  count: number
  readonly waiting: (() => void)[]
}

/** Lets so many things of each kind happen at a time; others wait their turn. */
export class Windows {
  readonly #size: number
  readonly #used = new Map<string, Window>()

  constructor(size: number) {
    this.#size = size
  }

  /**
   * Does something when it is its turn.
   *
   * @throws whatever `signal` was aborted with before, or `action` throws
   */
  async run<T>(kind: string, signal: AbortSignal, action: () => Promise<T>): Promise<T> {
    const window = this.#used.get(kind) ?? { count: 0, waiting: [] }
    this.#used.set(kind, window)
    if (window.count < this.#size) window.count += 1
    else await this.#turn(kind, window, signal)
    try {
      return await action()
    } finally {
      this.#pass(kind, window)
    }
  }

  async #turn(kind: string, window: Window, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    window.waiting.push(resolve)
    try {
      await abortable(() => promise, signal)
    } catch (error) {
      const place = window.waiting.indexOf(resolve)
      // It may have been passed the turn at the same time.
      if (place < 0) this.#pass(kind, window)
      else window.waiting.splice(place, 1)
      throw error
    }
  }

  /** Hands a turn to who waits longest. */
  #pass(kind: string, window: Window): void {
    const next = window.waiting.shift()
    if (next !== undefined) {
      next()
      return
    }
    window.count -= 1
    if (window.count === 0) this.#used.delete(kind)
  }
}
