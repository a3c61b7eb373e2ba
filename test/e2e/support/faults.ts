import type { MeshError } from '../../../agent/index.ts'

/** The faults that an agent has dealt with, in order; they can be waited for. */
export class Faults {
  readonly seen: MeshError[] = []
  readonly #listeners = new Set<() => void>()

  /** To be given to an agent as `onError`. */
  readonly hear = (error: unknown): void => {
    this.seen.push(error as MeshError)
    for (const listener of this.#listeners) listener()
  }

  /** Their codes, or what they say where they have none. */
  get codes(): string[] {
    return this.seen.map((error) => error.code ?? String(error))
  }

  /** Waits until there is one of this code. */
  async until(code: string, timeout = 8_000): Promise<void> {
    if (this.codes.includes(code)) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(
      () => reject(new Error(`no ${code}, but: ${this.codes.join(', ') || 'none'}`)),
      timeout,
    )
    const check = () => this.codes.includes(code) && resolve()
    this.#listeners.add(check)
    await promise.finally(() => {
      clearTimeout(timer)
      this.#listeners.delete(check)
    })
  }
}
