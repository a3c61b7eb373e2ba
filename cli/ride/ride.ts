import { cellToLatLng, latLngToCell } from 'h3-js'
import {
  crowsWay,
  defaultPolicy,
  fareOf,
  isOver,
  type LonLat,
  MeshNetwork,
  type Trip,
  usualTariff,
} from '../../agent/index.ts'
import { parseMoney } from '../../community/money.ts'
import { MeshError, RefusedError } from '../../protocol/errors.ts'
import { ApiClient, type Json } from '../api/client.ts'
import { energy, money } from '../format.ts'
import { asInvoked } from '../invocation.ts'
import { Questions } from '../questions.ts'
import { interruptible } from '../signals.ts'
import { fillWallet } from '../wallet.ts'
import type { Dialogue } from './accompany.ts'
import { minutes, reputations, tellBids } from './bids.ts'
import { bring } from './bring.ts'
import { receiptOf, renderReceipt } from './receipt.ts'

export interface RideOptions {
  from: LonLat
  to: LonLat
  /** Seconds until the pick-up, at most. */
  within: number
  /** Test dollars. */
  maxFare: string
  seats: number
  yes?: boolean
  api: string
  key?: string
  listen?: string[]
  /** Seconds. */
  period: number
  json?: boolean
}

/** H3 resolution of the cell that is told as where the rider's agent is. */
const AREA_RESOLUTION = 7

/**
 * Rides over the mesh of a market, with a node of its own.
 *
 * @returns the exit code
 * @throws MeshError with what to do
 */
export async function ride(options: RideOptions): Promise<number> {
  const limit = parseMoney(options.maxFare, '--max-fare')
  using questions = new Questions()
  const dialogue: Dialogue = {
    say: (text) => console.error(asInvoked(text)),
    confirm: async (question, signal) => options.yes === true || questions.confirm(question, signal),
  }
  const interruption = interruptible()
  const api = new ApiClient(options.api, interruption.signal)
  let network: MeshNetwork | undefined
  try {
    let trip: Trip
    try {
      const { data: market } = await api.get('/v1/network')
      network = riderOf(market, options, limit, dialogue)
      await join(network, market, limit, interruption.signal)
      trip =
        underWay(network, dialogue) ??
        (await match(network, api, market.area, { ...options, limit }, dialogue, interruption.signal))
    } catch (error) {
      if (interruption.exitCode === undefined) throw error
      dialogue.say('Interrupted: nothing was agreed.')
      return interruption.exitCode
    }
    // One whose driver was not told where it is, when this was left before, is told now.
    if (trip.plan === undefined) await trip.share({ pickUp: options.from, dropOff: options.to })
    const left = await bring(trip, interruption, dialogue)
    if (left !== undefined) return left
    const receipt = receiptOf(trip)
    console.log(options.json ? JSON.stringify(receipt, undefined, 2) : renderReceipt(receipt))
    return receipt.state === 'settled' ? 0 : 1
  } finally {
    interruption[Symbol.dispose]()
    await network?.disconnect()
  }
}

function riderOf(
  { deployment, rpcUrl, bootstrapPeers, area }: Json,
  { from: [lon, lat], key, listen }: RideOptions,
  limit: bigint,
  { say }: Dialogue,
): MeshNetwork {
  const { maxCommitted } = defaultPolicy
  return new MeshNetwork({
    network: { deployment, rpcUrl, bootstrapPeers, area },
    area: latLngToCell(lat, lon, AREA_RESOLUTION),
    domains: ['ride'],
    paymentMethod: 'authorization',
    policy: { maxPayment: limit, maxCommitted: limit > maxCommitted ? limit : maxCommitted },
    onError: (error) => error instanceof MeshError && say(`Note: ${error.message.split('\n')[0]}`),
    ...(key === undefined ? {} : { directory: key }),
    ...(listen === undefined ? {} : { listen }),
  })
}

/** Joins the mesh, with money for a ride where that is to be had. */
async function join(network: MeshNetwork, market: Json, limit: bigint, signal: AbortSignal): Promise<void> {
  const { address } = await network.load()
  const giveGasMoney = await fillWallet(address, market, limit)
  // To cancel is a transaction of the rider's own.
  await giveGasMoney?.([address])
  await network.connect({ signal })
}

/** A ride that was left before its end. */
function underWay(network: MeshNetwork, { say }: Dialogue): Trip | undefined {
  const trips = network.rides().trips()
  const trip = trips.find(({ role, stage }) => role === 'rider' && !isOver(stage))
  if (trip !== undefined) say(`You are on a ride already, with ${trip.with}: going on with it.`)
  return trip
}

/** Has drivers bid, and takes the best. */
async function match(
  network: MeshNetwork,
  api: ApiClient,
  area: string,
  { from, to, within, seats, limit, period }: RideOptions & { limit: bigint },
  { say, confirm }: Dialogue,
  signal: AbortSignal,
): Promise<Trip> {
  const way = crowsWay(from, to)
  const question =
    `${energy(way.metres)} m, usually ${money(fareOf(way, usualTariff))}, for you at most ${money(limit)}; the pick-up within ` +
    `${minutes(within)}. Have drivers bid, and take the cheapest?`
  if (!(await confirm(question, signal))) throw unwanted()
  const wish = { pickup: from, dropoff: to, seats, wait: within, limit }
  const request = network.rides({ period: period * 1000 }).request(wish, { signal })
  const advice = whereDriversAre(area)
  using _ = tellBids(request, reputations(network, api), say, advice)
  const trip = await request.matched.catch((error: unknown) => {
    throw error instanceof MeshError && error.code === 'NO_DRIVER' ? noDriver(error, advice) : error
  })
  const { price } = trip.deal.agreement
  say(`Agreed: ${trip.with} drives you for ${money(price)}.`)
  return trip
}

/** For whom no driver answers. @param area H3 cell of the market */
function whereDriversAre(area: string): string {
  const [lat, lon] = cellToLatLng(area)
  const middle = `${lon.toFixed(4)},${lat.toFixed(4)}`
  return (
    `The middle of this market is at ${middle}; \`mesh agents find --query ride.drive\` lists its drivers. ` +
    'In a market of your own, `mesh up --drivers 3` brings some.'
  )
}

function noDriver(cause: MeshError, advice: string): RefusedError {
  return new RefusedError('NO_DRIVER', 'No driver was found in time.', {
    field: '--max-fare, --within',
    received: cause.received,
    remedy: `Pay more, or wait longer. ${advice}`,
    cause,
  })
}

function unwanted(): RefusedError {
  return new RefusedError('RIDE_UNWANTED', 'You want no ride.', { remedy: 'Nothing was signed: ask again.' })
}
