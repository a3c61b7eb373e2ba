import { mint } from '../../../agent/chain/actions/token.ts'
import {
  type AgreedRide,
  isOpen,
  MeshNetwork,
  type MeshNetworkInit,
  rideCapability,
} from '../../../agent/index.ts'
import {
  distanceMatrix,
  haversine,
  type LonLat,
  optimalMatching,
  totalOf,
} from '../../../agent/market/rides/index.ts'
import { parseDeployment } from '../../../protocol/deployment.ts'
import type { TestMarket } from './market.ts'

/** What came of a batch. Metres as the crow flies, between the exact points. */
export interface BatchResult {
  total: number
  optimum: number
  /** Bids that led. */
  bids: number
  /** Auctions that the last rider needed. */
  rounds: number
  /** Seconds from the first request to the last agreement. */
  seconds: number
}

const DOLLARS = 100_000_000n
/** How many agents the others start from, one of them each. */
const BOOTSTRAPS = 3
const AT_A_TIME = 4
/** The same ride for all, so that fares differ by the bids alone: they open at the limit, 14 km of approach above the costs. */
const NORTH = 3_000 / 111_195
const WISH = { limit: 10_000_000n, wait: 3_600, reach: 15 }
const DRIVER = { costPerKilometre: 450_000n, reach: 15 }

/**
 * Matches riders and drivers over the mesh, each an agent of its own, without anybody who dispatches; returns when all
 * agreements are open on chain.
 *
 * @param options.period least milliseconds of a period. As many are taken as the agents needed to connect, where that is more: on a
 *   busy machine a bid takes longer, too. And a few more, so that a period begins with the requests.
 * @param options.onError hears the agents' faults
 */
export async function matchOverMesh(
  market: TestMarket,
  { riders, drivers }: { riders: LonLat[]; drivers: LonLat[] },
  { period: least, onError }: { period: number; onError: (error: unknown) => void },
): Promise<BatchResult> {
  const { contracts } = parseDeployment(market.descriptor().deployment)
  const first: string[] = []
  const connect = async (bootstrapPeers: string[], init: Partial<MeshNetworkInit>) => {
    const agent = new MeshNetwork({
      ...{ network: market.descriptor(bootstrapPeers), directory: false, domains: ['ride'] },
      ...{ policy: { domains: { ride: { exposurePercent: 0n } } }, capabilities: [], onError, ...init },
    })
    await agent.connect()
    return agent
  }
  const crowd = async (count: number, init: Partial<MeshNetworkInit>) => {
    const joined: MeshNetwork[] = []
    while (first.length < BOOTSTRAPS) {
      const agent = await connect([...first], init)
      joined.push(agent)
      first.push(...agent.endpoints.slice(0, 1))
    }
    while (joined.length < count) {
      const some = Array.from({ length: Math.min(AT_A_TIME, count - joined.length) }, (_, index) =>
        connect(first.slice(index % BOOTSTRAPS).slice(0, 1), init),
      )
      joined.push(...(await Promise.all(some)))
    }
    return joined
  }
  const connecting = performance.now()
  const driverAgents = await crowd(drivers.length, { capabilities: [rideCapability({ seats: 4 })] })
  const riderAgents = await crowd(riders.length, { paymentMethod: 'authorization' })
  const connected = Math.ceil(performance.now() - connecting)
  try {
    for (const { address } of riderAgents) await market.send(mint(contracts.testDollar, address, DOLLARS))
    for (const { address } of driverAgents) await market.fund(address)
    let period = Math.max(least, connected)
    while (Date.now() % period > period / 100) period++
    const begin = performance.now()
    for (const [index, agent] of driverAgents.entries()) {
      const position = drivers[index] as LonLat
      // A trip takes longer than the test.
      agent.rides({ period }).drive({ position, ...DRIVER }, () => new Promise(() => {}))
    }
    let bids = 0
    const requests = riderAgents.map((agent, index) => {
      const pickup = riders[index] as LonLat
      const dropoff: LonLat = [pickup[0], pickup[1] + NORTH]
      const request = agent.rides({ period }).request({ pickup, dropoff, ...WISH })
      request.onChange(({ leader }) => {
        if (leader !== undefined) bids++
      })
      return request
    })
    const agreed = await Promise.all(requests.map(({ matched }) => matched))
    const seconds = (performance.now() - begin) / 1000
    await Promise.all(riderAgents.map((agent, index) => agent.untilDeal(idOf(agreed[index]), isOpen)))
    const matrix = distanceMatrix(riders, drivers)
    const places = new Map(driverAgents.map(({ address }, index) => [address, drivers[index]]))
    const metres = agreed.map((ride, index) =>
      haversine(riders[index] as LonLat, places.get(ride.with) as LonLat),
    )
    return {
      total: metres.reduce((sum, each) => sum + each, 0),
      optimum: totalOf(matrix, optimalMatching(matrix)).cost / 1000,
      ...{ bids, seconds, rounds: Math.max(...requests.map(({ progress }) => progress.round)) },
    }
  } finally {
    await Promise.all([...driverAgents, ...riderAgents].map((agent) => agent.disconnect()))
  }
}

function idOf(ride: AgreedRide | undefined) {
  if (ride === undefined) throw new Error('a rider without an agreement')
  return ride.deal.id
}
