import type { Deal, Hex, MeshNetworkInit } from '../../../agent/index.ts'
import type { Order, Report, TripState } from '../fixtures/trip-process.ts'
import { ChildAgent } from './child-agent.ts'
import type { TestMarket } from './market.ts'

/** A rider or a driver in a child process, with what is known of its trips. */
export class TripProcess extends ChildAgent<Order, Report> {
  readonly deals = new Map<Hex, Deal>()
  /** As it was told last, of the trip that is under way. */
  trip: TripState | undefined

  constructor(market: TestMarket, init: Omit<MeshNetworkInit, 'network'>) {
    super(market, init, 'trip-process.ts')
  }

  protected known(): string {
    const states = [...this.deals.values()].map(({ id, state }) => `${id} ${state}`)
    return `deals: ${states}; trip: ${JSON.stringify(this.trip)}`
  }

  protected onReport(report: Report): void {
    if (report.type === 'trip') this.trip = report.trip
    else this.deals.set(report.deal.id, report.deal)
  }
}
