import {
  type AgreedRide,
  type Driving,
  type LonLat,
  MeshNetwork,
  type NetworkDescriptor,
  type RideMarketInit,
  rideCapability,
} from '../agent/index.ts'
import type { GasStation } from '../community/gas-money.ts'

/** Test dollars that a driver is given, and stakes on its word, in minor units. */
export const STAKE = 1_000_000_000n
const SEATS = 4
/** What a kilometre costs a driver, in minor units. */
const COST_PER_KILOMETRE = 600_000n
/** How often agents ask the chain what governance decided, in milliseconds: nothing, here. */
export const GOVERNANCE_INTERVAL = 60_000

export interface DriverAgentInit {
  index: number
  position: LonLat
  network: NetworkDescriptor
  /** Whether others begin from it: it serves the DHT for them. */
  isBootstrap: boolean
  rides: RideMarketInit
  giveGasMoney: GasStation
  onError: (error: unknown) => void
}

/** A driver's agent: it puts up a stake, and bids for riders. What it does with those that it won is its subclasses'. */
export abstract class DriverAgent {
  readonly name: string
  readonly network: MeshNetwork
  protected readonly onError: (error: unknown) => void
  readonly #init: DriverAgentInit
  readonly #stopping = new AbortController()
  #position: LonLat
  #driving: Driving | undefined
  #signal: AbortSignal = this.#stopping.signal

  constructor(init: DriverAgentInit) {
    const { index, position, network, isBootstrap, onError } = init
    this.#init = init
    this.onError = onError
    this.name = `driver-${index + 1}`
    this.#position = position
    this.network = new MeshNetwork({
      network,
      directory: false,
      capabilities: [rideCapability({ seats: SEATS })],
      dhtServer: isBootstrap,
      policy: { maxPayment: STAKE, maxCommitted: STAKE },
      governanceInterval: GOVERNANCE_INTERVAL,
      onError,
    })
  }

  /** Joins the mesh, and puts up the stake that answers for its word. */
  async start(signal: AbortSignal): Promise<void> {
    const { giveGasMoney } = this.#init
    const { address } = await this.network.load()
    await giveGasMoney([address])
    await this.network.connect({ signal })
    await this.network.account.ensureTestDollars(STAKE)
    await this.network.enroll({ agentURI: `data:,${this.name}`, stake: STAKE, balance: 0n })
  }

  /** Begins to bid for riders, until `stop` is called or the signal aborted. */
  drive(signal: AbortSignal): void {
    const driver = { position: this.#position, costPerKilometre: COST_PER_KILOMETRE, seats: SEATS }
    this.#signal = AbortSignal.any([signal, this.#stopping.signal])
    const rides = this.network.rides(this.#init.rides)
    this.#driving = rides.drive(driver, (agreed) => this.serve(agreed), { signal })
  }

  /** Bids for nobody any more, and leaves the mesh. */
  async stop(): Promise<void> {
    this.#driving?.end()
    this.#stopping.abort()
    await this.network.disconnect()
  }

  /** Fetches a rider that it won, and takes it where it wants to go; it bids for no other meanwhile. */
  protected abstract serve(agreed: AgreedRide): Promise<void>

  /** Aborted when it drives no more. */
  protected get signal(): AbortSignal {
    return this.#signal
  }

  protected get position(): LonLat {
    return this.#position
  }

  protected moveTo(position: LonLat): void {
    this.#position = position
    this.#driving?.moveTo(position)
  }
}
