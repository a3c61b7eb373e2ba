import type { MeshNetworkInit } from '../../../agent/index.ts'
import type { Order, Report } from '../fixtures/learning-process.ts'
import { ChildAgent } from './child-agent.ts'
import type { TestMarket } from './market.ts'

/** An agent in a child process that takes part in rounds of learning. */
export class LearnerProcess extends ChildAgent<Order, Report> {
  /** Rounds that are not over for it; undefined until it has told. */
  rounds: number | undefined

  constructor(market: TestMarket, init: Omit<MeshNetworkInit, 'network'>) {
    super(market, { capabilities: ['learn.train'], ...init }, 'learning-process.ts')
  }

  /** Has it take part, and waits until it is remembered. */
  async enter(order: Order): Promise<void> {
    this.send(order)
    await this.until(() => (this.rounds ?? 0) > 0)
  }

  protected known(): string {
    return `rounds: ${this.rounds}`
  }

  protected onReport({ rounds }: Report): void {
    this.rounds = rounds
  }
}
