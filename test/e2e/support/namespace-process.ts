import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** How long something may take that is waited for, in milliseconds. */
const TIMEOUT = 60_000

/** A fixture that runs in a network namespace, with all that it has told. */
export class NamespaceProcess<Order extends { type: string }, Report extends { type: string }> {
  readonly #child: ChildProcess
  readonly #listeners = new Set<() => void>()
  #reports: Report[] = []

  /** @param fixture file in `fixtures/` */
  constructor(namespace: string, fixture: string, args: string[] = []) {
    const [ip, ...inside] = ['ip', 'netns', 'exec', namespace, process.execPath] as const
    const path = fileURLToPath(new URL(`../fixtures/${fixture}`, import.meta.url))
    this.#child = fork(path, args, { execPath: ip, execArgv: inside, serialization: 'advanced' })
    this.#child.on('message', (report: Report) => {
      this.#reports.push(report)
      for (const listener of this.#listeners) listener()
    })
  }

  send(order: Order): void {
    this.#child.send(order)
  }

  /** Waits for a report that comes from now on, or has come since the last one that was waited for. */
  async next<T extends Report['type']>(
    type: T,
    test: (report: Extract<Report, { type: T }>) => boolean = () => true,
    timeout = TIMEOUT,
  ): Promise<Extract<Report, { type: T }>> {
    const fits = (report: Report): report is Extract<Report, { type: T }> =>
      report.type === type && test(report as Extract<Report, { type: T }>)
    const { promise, resolve, reject } = Promise.withResolvers<Extract<Report, { type: T }>>()
    const timer = setTimeout(() => reject(new Error(`waited in vain for "${type}"`)), timeout)
    const look = () => {
      const found = this.#reports.find(fits)
      if (found !== undefined) resolve(found)
    }
    this.#listeners.add(look)
    look()
    const report = await promise.finally(() => {
      clearTimeout(timer)
      this.#listeners.delete(look)
    })
    this.#reports = this.#reports.slice(this.#reports.indexOf(report) + 1)
    return report
  }

  /** Forgets what was told up to now. */
  forget(): void {
    this.#reports = []
  }

  stop(): void {
    this.#child.kill()
  }
}
