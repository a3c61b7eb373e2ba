import type { ProtocolId } from '../../../protocol/network-parameters.ts'
import type { TripMessage } from '../../../protocol/wire/trips.ts'
import type { Tariff } from '../../network/request-limits.ts'

/** The protocol by which the two sides of a ride tell each other how far it has come. */
const PROTOCOL = { name: 'trips', version: 1 } as const
export const VERSIONS: readonly ProtocolId[] = [PROTOCOL]

/** The capability whose agreements are trips. */
export const CAPABILITY = 'ride.drive'

/** Most reports of one side about a trip: a position every ten seconds for five hours, and a little. */
export const MAX_REPORTS = 2_000
/** How many of these are left to what is no position. */
export const RESERVED_REPORTS = 16
/** How often it is looked what is to be done about trips, and said again, in milliseconds. */
export const LOOK_INTERVAL = 1_000

/** What the messages of one peer cost; a report has a signature to verify. */
export const TARIFF: Tariff<'stream' | TripMessage['type']> = {
  protocol: 'trips',
  quota: { perMinute: 6_000, burst: 1_000 },
  costs: { stream: 10, said: 10, heard: 1, refusal: 1 },
}
