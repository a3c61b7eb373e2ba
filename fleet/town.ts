import { cellToCenterChild, cellToLatLng, getResolution, gridDisk } from 'h3-js'
import type { LonLat, NetworkDescriptor } from '../agent/index.ts'
import type { GasStation } from '../community/gas-money.ts'
import { TownDriver } from './town-driver.ts'

/** H3 resolution of the cells in whose centres drivers wait: they are a kilometre apart. */
const RESOLUTION = 8

export interface TownInit {
  /** The market that they join, and whose area they are in. */
  network: NetworkDescriptor
  /** How many: at most one for each of the nineteen cells in and around the middle. */
  drivers: number
  giveGasMoney: GasStation
  onError: (error: unknown) => void
}

/** Drivers' agents who drive whoever asks in the middle of a market's area, all in this process. */
export class Town {
  readonly #drivers: TownDriver[]

  constructor({ network, drivers, giveGasMoney, onError }: TownInit) {
    const places = placesIn(network.area).slice(0, drivers)
    this.#drivers = places.map(
      (position, index) =>
        new TownDriver({ index, position, network, isBootstrap: false, giveGasMoney, onError }),
    )
  }

  /** Has them join the mesh, and bid. @throws what joining throws; the reason of the signal */
  async start(signal: AbortSignal): Promise<void> {
    for (const driver of this.#drivers) {
      await driver.start(signal)
      driver.drive(signal)
    }
  }

  /** Has them leave the mesh. */
  async stop(): Promise<void> {
    await Promise.all(this.#drivers.map((driver) => driver.stop()))
  }
}

/** Where drivers wait in an area, from the middle on. @param area H3 cell */
export function placesIn(area: string): LonLat[] {
  const middle = getResolution(area) < RESOLUTION ? cellToCenterChild(area, RESOLUTION) : area
  return gridDisk(middle, 2).map((cell) => {
    const [lat, lon] = cellToLatLng(cell)
    return [lon, lat]
  })
}
