import {
  type Booking,
  type LonLat,
  MeshError,
  type NetworkDescriptor,
  type RideMarketInit,
  usualTariff,
} from '../agent/index.ts'
import type { GasStation } from '../community/gas-money.ts'
import { TimeoutError } from '../protocol/errors.ts'
import type { Bank } from './bank.ts'
import { GOVERNANCE_INTERVAL } from './driver-agent.ts'
import { Lanes } from './lanes.ts'
import type { Party } from './money-checks.ts'
import { ReplayDriver } from './replay-driver.ts'
import { limitOf, RiderAgent } from './rider-agent.ts'
import type { World } from './world.ts'

/** Drivers that serve the DHT, and from how many each agent begins. */
const DHT_SERVERS = 3
const BOOTSTRAPS = 2
/** Drivers, and riders, that join at a time. */
const AT_A_TIME = 4
/** The fewest seconds of the machine from one end of auctions to the next: bids take their time, however fast a replay runs. */
export const LEAST_PERIOD = 8
/** Seconds of the machine before its booking at which a rider's agent begins to join the mesh: people look before they book. */
export const AHEAD = 5
/** How many times as long as by its clock a replay may take, and milliseconds besides: the clock stands still while agents join. */
const SLACK = 3
const MARGIN = 600_000

export interface FleetInit {
  /** The market, without bootstrap peers of its own agents. */
  network: NetworkDescriptor
  world: World
  /** Where each driver is at first. */
  positions: readonly LonLat[]
  /** Seconds of the replay from one end of auctions to the next. */
  interval: number
  /** Seconds of the replay that a rider waits for its pick-up at most. */
  patience: number
  giveGasMoney: GasStation
  giveDollars: Bank
  /** Hears of faults that agents dealt with. */
  onError: (error: unknown) => void
}

/** Drivers' agents, and a rider's agent for each booking: all of them real, in this process. */
export class Fleet {
  readonly #init: FleetInit
  readonly #rides: RideMarketInit
  readonly #joining = new Lanes(AT_A_TIME)
  readonly #drivers: ReplayDriver[] = []
  readonly #riders: Party[] = []

  constructor(init: FleetInit) {
    this.#init = init
    const { world, interval } = init
    const { speed } = world.clock
    this.#rides = {
      way: world.way,
      period: Math.round((interval * 1000) / speed),
      // A minute of the replay takes a part of one of the machine's, by which agents reckon.
      tariff: { ...usualTariff, perMinute: usualTariff.perMinute * BigInt(speed) },
    }
  }

  /** Has the drivers join the mesh. @throws what joining throws; the reason of the signal */
  async start(signal: AbortSignal): Promise<void> {
    const [first, ...others] = this.#init.positions
    // It is whom the others begin from.
    if (first !== undefined) await this.#join(0, first, signal)
    await together(others, signal, (at, index, until) =>
      this.#joining.run(() => this.#join(index + 1, at, until)),
    )
  }

  /**
   * Has everybody ride: a rider comes when its booking does. Ends when every booking has come to an end.
   *
   * @param onEnd is called with each that has
   * @throws TimeoutError `REPLAY_STALLED` when that takes several times as long as it should; what is no fault of one
   *   ride alone; the reason of the signal
   */
  async run(onEnd: () => void, signal: AbortSignal): Promise<void> {
    const { bookings } = this.#init.world
    const stalling = new AbortController()
    const limit = this.#limit()
    const timer = setTimeout(() => stalling.abort(stalled(limit)), limit)
    const until = AbortSignal.any([signal, stalling.signal])
    try {
      for (const driver of this.#drivers) driver.drive(until)
      await together(bookings, until, async (_, index, ending) => {
        await this.#ride(index, ending)
        onEnd()
      })
      // Drivers are told of the last settlements a little after their riders.
      await Promise.all(this.#drivers.map((driver) => driver.paid()))
    } finally {
      clearTimeout(timer)
    }
  }

  /** What riders and drivers say of their money. Call it before `stop`. */
  async parties(): Promise<{ riders: Party[]; drivers: Party[]; gasUsed: bigint }> {
    const drivers = await Promise.all(this.#drivers.map((driver) => driver.party()))
    const gasUsed = this.#drivers.reduce((sum, { network }) => sum + network.totals().gasUsed, 0n)
    return { riders: this.#riders, drivers, gasUsed }
  }

  /** Has every driver leave the mesh. */
  async stop(): Promise<void> {
    await Promise.all(this.#drivers.map((driver) => driver.stop()))
  }

  /** Milliseconds after which something is wrong. */
  #limit(): number {
    const { world, patience } = this.#init
    const ends = world.bookings.map(({ at, duration }) => at + patience + duration)
    const last = ends.reduce((latest, end) => Math.max(latest, end), 0)
    return MARGIN + SLACK * world.clock.real(last - world.clock.now()) * 1000
  }

  /** The market as the agent of this number joins it: each begins from others, or all would call on the same few. */
  #networkFor(index: number): NetworkDescriptor {
    const known = Array.from({ length: Math.min(BOOTSTRAPS, this.#drivers.length) }, (_, next) => {
      const driver = this.#drivers[(index + next) % this.#drivers.length] as ReplayDriver
      return driver.network.endpoints
    })
    return { ...this.#init.network, bootstrapPeers: known.flat() }
  }

  async #join(index: number, position: LonLat, signal: AbortSignal): Promise<void> {
    const { world, giveGasMoney, onError } = this.#init
    signal.throwIfAborted()
    const driver = new ReplayDriver({
      index,
      position,
      network: this.#networkFor(index),
      isBootstrap: index < DHT_SERVERS,
      world,
      rides: this.#rides,
      giveGasMoney,
      onError,
    })
    try {
      await driver.start(signal)
    } catch (error) {
      await driver.stop()
      throw error
    }
    this.#drivers.push(driver)
  }

  async #ride(index: number, signal: AbortSignal): Promise<void> {
    const { world, patience, giveDollars, onError } = this.#init
    const { clock, chronicle } = world
    const booking = world.bookings[index] as Booking
    const limit = limitOf(world, booking)
    await clock.until(booking.at - AHEAD * clock.speed, signal)
    const rider = new RiderAgent({
      booking: index,
      limit,
      network: this.#networkFor(index),
      world,
      rides: this.#rides,
      patience,
      governanceInterval: GOVERNANCE_INTERVAL,
      giveDollars,
      onError,
    })
    try {
      const joined = this.#joining.run(() => rider.join(signal))
      await Promise.all([joined, clock.until(booking.at, signal).then(() => clock.hold(joined))])
      await rider.ride(signal)
    } catch (error) {
      if (!(error instanceof MeshError) || signal.aborted) throw error
      onError(error)
      chronicle.lose(index, error.code)
    } finally {
      this.#riders.push(rider.party())
      await rider.network.disconnect()
    }
  }
}

/**
 * Does something with all items at once. When one fails the others are aborted, and waited for: none is left to itself.
 *
 * @throws what the first one has failed with; the reason of the signal
 */
async function together<T>(
  items: readonly T[],
  signal: AbortSignal,
  work: (item: T, index: number, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failing = new AbortController()
  const until = AbortSignal.any([signal, failing.signal])
  await Promise.all(
    items.map((item, index) => work(item, index, until).catch((error: unknown) => failing.abort(error))),
  )
  until.throwIfAborted()
}

function stalled(limit: number): TimeoutError {
  return new TimeoutError('REPLAY_STALLED', 'The replay does not come to its end.', {
    expected: `an end within ${Math.round(limit / 1000)} s`,
    remedy: 'Give the machine less to do: a lower --speed, fewer --drivers, or a shorter window.',
  })
}
