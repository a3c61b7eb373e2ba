/** Does something when it is told to, once at a time: being told meanwhile, however often, has it done once more. */
export class Refresher {
  readonly #refresh: () => Promise<void>
  readonly #onError: (error: unknown) => void
  #running: Promise<void> | undefined
  #again = false

  constructor(refresh: () => Promise<void>, onError: (error: unknown) => void) {
    this.#refresh = refresh
    this.#onError = onError
  }

  request(): void {
    this.#again = true
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined
    })
  }

  /** Waits until nothing runs any more; nothing may request it afterwards. */
  async close(): Promise<void> {
    this.#again = false
    await this.#running
  }

  async #run(): Promise<void> {
    while (this.#again) {
      this.#again = false
      await this.#refresh().catch(this.#onError)
    }
  }
}
