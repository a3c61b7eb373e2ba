import { slotEnergy } from '../../agent/index.ts'
import type { Dataset } from '../../community/dataset.ts'
import { formatInstant, parseInstant } from '../../community/instant.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { DEFAULT_PORT } from '../default-port.ts'
import { isPortFree, nextFreePort } from '../free-port.ts'
import type { LimitOptions } from '../limit-options.ts'
import type { LogOptions } from '../logging.ts'
import { type MeterSource, type SourceOptions, sourceOf } from '../meter/source.ts'
import type { MetricsOptions } from '../metrics.ts'

export interface UpOptions
  extends Pick<SourceOptions, 'tokens' | 'mqtt' | 'home'>,
    LimitOptions,
    MetricsOptions,
    LogOptions {
  slotSeconds?: number
  processes: number
  /** How many wait for riders. */
  drivers: number
  homes?: string
  from?: string
  port?: number
  connectionsPerAddress?: number
  localWebhooks?: boolean
  keep?: boolean
  verbose?: boolean
  rpcUrl?: string
  slots?: number
  settleWithin?: number
  /** At which meters push by HTTP. */
  meterPort: number
}

/**
 * Which homes have meters, and how these are listened to; undefined where what homes measure is in the data.
 *
 * @throws ConfigError of {@link sourceOf}
 */
export function metersOf(options: UpOptions): MeterSource | undefined {
  const { tokens, mqtt, home, meterPort } = options
  if (tokens === undefined && mqtt === undefined && home === undefined) return undefined
  return sourceOf({ ...options, host: '127.0.0.1', port: meterPort })
}

/**
 * Index of the first slot to run: what `--from` says, else the first one in which anybody can trade.
 *
 * @throws ConfigError `SLOT_UNKNOWN` when `--from` is no slot of the data.
 */
export function firstSlot({ slots }: Dataset, from: string | undefined): number {
  if (from === undefined) {
    return Math.max(
      0,
      slots.findIndex(({ readings }) => slotEnergy(readings).maxTradableWh > 0),
    )
  }
  const instant = parseInstant(from)
  const index = /^\d{1,8}$/.test(from)
    ? Number(from)
    : slots.findIndex(({ start, end }) => instant !== undefined && start <= instant && instant < end)
  if (index >= 0 && index < slots.length) return index
  throw new ConfigError('SLOT_UNKNOWN', 'There is no such slot in the data.', {
    field: '--from',
    expected:
      `a number below ${slots.length}, or a time from ${formatInstant(slots[0]?.start ?? 0)} ` +
      `to ${formatInstant(slots.at(-1)?.start ?? 0)}`,
    received: from,
    remedy: 'Give one that the data has, or leave it out for the first.',
  })
}

/**
 * The port for the API: the one asked for, else the default one or the next that is free.
 *
 * @throws ConfigError `PORT_TAKEN` when the one asked for is taken.
 */
export async function apiPort(wanted: number | undefined): Promise<number> {
  if (wanted === undefined) return nextFreePort(DEFAULT_PORT)
  if (wanted === 0 || (await isPortFree(wanted))) return wanted
  throw new ConfigError('PORT_TAKEN', 'The port is taken.', {
    field: '--port',
    received: wanted,
    remedy: 'Choose another one, 0 for any free one, or leave the option out.',
  })
}
