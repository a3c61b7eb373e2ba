import type { DealState, Hex, MeshNetworkInit } from '../../../agent/index.ts'
import type { Order, Report } from '../fixtures/agent-process.ts'
import { ChildAgent } from './child-agent.ts'
import type { TestMarket } from './market.ts'

/** An agent in a child process, with what is known of its deals. */
export class AgentProcess extends ChildAgent<Order, Report> {
  readonly deals = new Map<Hex, DealState>()
  /** What came of `ask`. */
  answers: string[] = []

  constructor(market: TestMarket, init: Omit<MeshNetworkInit, 'network'>) {
    super(market, init, 'agent-process.ts')
  }

  protected known(): string {
    return `deals: ${JSON.stringify([...this.deals])}`
  }

  protected onReport(report: Report): void {
    if (report.type === 'answered') this.answers = report.answers
    else this.deals.set(report.deal.id, report.deal.state)
  }
}
