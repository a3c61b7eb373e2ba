import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { between, type LonLat } from '../../agent/index.ts'
import { placesIn, Town } from '../../fleet/town.ts'
import { invocation } from '../invocation.ts'
import type { Market } from '../running-market.ts'

/**
 * Has drivers join a market and wait for riders.
 *
 * @param drivers how many
 * @returns what has them leave
 * @throws what joining throws; the reason of the signal
 */
export async function startDrivers(
  { network, folder, giveGasMoney }: Market,
  drivers: number,
  signal: AbortSignal,
): Promise<AsyncDisposable> {
  await using resources = new AsyncDisposableStack()
  if (drivers > 0) {
    console.error(`Bringing ${drivers} drivers into the mesh`)
    const log = createWriteStream(join(folder.logs, 'drivers.log'), { mode: 0o600 })
    resources.defer(() => void log.end())
    const onError = (error: unknown) => log.write(`${new Date().toISOString()} ${inspect(error)}\n`)
    const town = new Town({ network, drivers, giveGasMoney, onError })
    resources.defer(() => town.stop())
    await town.start(signal)
  }
  return resources.move()
}

/** How somebody rides in an area where drivers wait. */
export function exampleRide(area: string): string {
  const [middle, from, to] = placesIn(area) as [LonLat, LonLat, LonLat]
  const textOf = (place: LonLat) => place.map((degrees) => degrees.toFixed(4)).join(',')
  return `rides  ${invocation()} ride --from ${textOf(between(middle, from, 0.5))} --to ${textOf(to)}`
}
