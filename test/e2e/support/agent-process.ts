import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { DealState, Hex, MeshNetworkInit } from '../../../agent/index.ts'
import type { Order, Report } from '../fixtures/agent-process.ts'
import type { TestMarket } from './market.ts'

/** An agent in a child process, with what is known of its deals; it can be killed and started again. */
export class AgentProcess {
  readonly deals = new Map<Hex, DealState>()
  readonly #market: TestMarket
  readonly #init: Omit<MeshNetworkInit, 'network'>
  #child: ChildProcess | undefined
  #listeners = new Set<() => void>()
  endpoints: string[] = []
  /** What came of `ask`. */
  answers: string[] = []

  constructor(market: TestMarket, init: Omit<MeshNetworkInit, 'network'>) {
    this.#market = market
    this.#init = init
  }

  /** Starts the process, funds it, and waits until it has joined. */
  async start(bootstrapPeers: string[] = []): Promise<void> {
    const child = fork(new URL('../fixtures/agent-process.ts', import.meta.url), {
      serialization: 'advanced',
    })
    this.#child = child
    child.on('message', (report: Report) => this.#onReport(report))
    this.send({
      type: 'start',
      init: { ...this.#init, network: this.#market.descriptor(bootstrapPeers) },
      standing: { stake: 50_000_000n, balance: 50_000_000n },
    })
    this.endpoints = []
    await this.until(() => this.endpoints.length > 0)
  }

  send(order: Order): void {
    this.#child?.send(order)
  }

  /** kill -9: no handler runs, nothing is flushed. */
  async kill(): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  /** Waits until `test` holds after some report of the process. */
  async until(test: () => boolean, timeout = 60_000): Promise<void> {
    if (test()) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(
      () => reject(new Error(`waited in vain; deals: ${JSON.stringify([...this.deals])}`)),
      timeout,
    )
    const check = () => test() && resolve()
    this.#listeners.add(check)
    await promise.finally(() => {
      clearTimeout(timer)
      this.#listeners.delete(check)
    })
  }

  #onReport(report: Report): void {
    if (report.type === 'address') {
      this.#market.fund(report.address).then(() => this.send({ type: 'funded' }))
      return
    }
    if (report.type === 'ready') this.endpoints = report.endpoints
    else if (report.type === 'answered') this.answers = report.answers
    else this.deals.set(report.deal.id, report.deal.state)
    for (const listener of this.#listeners) listener()
  }
}
