import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Address, MeshNetworkInit } from '../../../agent/index.ts'
import type { TestMarket } from './market.ts'

/** What every agent in a process of its own is told, and tells. */
export type CommonOrder =
  | { type: 'start'; init: MeshNetworkInit; standing: { stake: bigint; balance: bigint } }
  | { type: 'funded' }
export type CommonReport = { type: 'address'; address: Address } | { type: 'ready'; endpoints: string[] }

/** An agent in a child process; it can be killed and started again. */
export abstract class ChildAgent<Order extends { type: string }, Report extends { type: string }> {
  address: Address | undefined
  endpoints: string[] = []
  readonly #market: TestMarket
  readonly #init: Omit<MeshNetworkInit, 'network'>
  readonly #fixture: string
  #child: ChildProcess | undefined
  #listeners = new Set<() => void>()

  /** @param fixture name of the file of what it runs */
  constructor(market: TestMarket, init: Omit<MeshNetworkInit, 'network'>, fixture: string) {
    this.#market = market
    this.#init = init
    this.#fixture = fixture
  }

  /** Starts the process, funds it, and waits until it has joined. */
  async start(bootstrapPeers: string[] = []): Promise<void> {
    const child = fork(new URL(`../fixtures/${this.#fixture}`, import.meta.url), {
      serialization: 'advanced',
    })
    this.#child = child
    child.on('message', (report: CommonReport | Report) => this.#onReport(report))
    this.send({
      type: 'start',
      init: { ...this.#init, network: this.#market.descriptor(bootstrapPeers) },
      standing: { stake: 50_000_000n, balance: 50_000_000n },
    })
    this.endpoints = []
    await this.until(() => this.endpoints.length > 0)
  }

  send(order: CommonOrder | Order): void {
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

  /** Stops the process where it is: it answers nobody, and does not know it. */
  pause(): void {
    this.#child?.kill('SIGSTOP')
  }

  /** Has the process go on. */
  resume(): void {
    this.#child?.kill('SIGCONT')
  }

  /** Waits until `test` holds after some report of the process. */
  async until(test: () => boolean, timeout = 60_000): Promise<void> {
    if (test()) return
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(() => reject(new Error(`waited in vain; ${this.known()}`)), timeout)
    const check = () => test() && resolve()
    this.#listeners.add(check)
    await promise.finally(() => {
      clearTimeout(timer)
      this.#listeners.delete(check)
    })
  }

  /** What the process has told, for who reads why a test has failed. */
  protected abstract known(): string

  protected abstract onReport(report: Report): void

  #onReport(report: CommonReport | Report): void {
    if (isCommon(report)) {
      if (report.type === 'ready') this.endpoints = report.endpoints
      else {
        this.address = report.address
        this.#market.fund(report.address).then(() => this.send({ type: 'funded' }))
      }
    } else this.onReport(report)
    for (const listener of this.#listeners) listener()
  }
}

function isCommon(report: { type: string }): report is CommonReport {
  return report.type === 'address' || report.type === 'ready'
}
