import type { IClientOptions, IPublishPacket, MqttClient } from 'mqtt'
import { ConfigError, messageOf, RefusedError } from '../../protocol/errors.ts'
import type { MeterMessage, MeterPort, MeterSink } from './meter-port.ts'
import { type HomeMeters, SlotMeters } from './slot-meters.ts'

/** Milliseconds until a broker has to answer, and between two attempts to reach it again. */
const CONNECT_TIMEOUT = 10_000
const RECONNECT_PERIOD = 5_000
/** Most bytes of a payload. */
const MAX_PAYLOAD = 16_384
/** Most readings that wait to be kept. */
const MAX_WAITING = 1_000

export interface MqttMeterInit extends MeterSink {
  /** `mqtts://broker:8883`, or `mqtt://` where nobody can listen in; without user name and password. */
  url: string
  username?: string | undefined
  password?: string | undefined
  /** PEM of the authority that the broker's certificate is from; by default those that Node trusts. */
  ca?: string | undefined
  homes: ReadonlyMap<string, HomeMeters>
  /** Length of a slot, in seconds. */
  seconds: number
  /** Unix seconds. */
  now?: () => number
  /** Milliseconds between two attempts to reach the broker again. */
  reconnectPeriod?: number
}

/** Meters that publish to a broker. */
export interface MqttMeter extends MeterPort {
  /** How many readings were not taken, by topic. */
  readonly faults: ReadonlyMap<string, number>
}

/**
 * Subscribes to what meters publish to an MQTT broker, and reports each home's slot when its meters have told all of it. The time
 * of a sample is that of its arrival, so retained messages, which may be old, are passed over. A connection that is lost is made
 * again, for as long as it takes. `onError` hears of payloads that are none, `READING_INVALID`, and of connections that were lost or
 * refused.
 *
 * @throws ConfigError `PACKAGE_MISSING` without the package `mqtt`, `BROKER_UNUSABLE` when the broker cannot be reached or refuses
 *
 * @example
 * ```ts
 * const load = { topic: 'tele/roof/SENSOR', path: 'ENERGY.Total', quantity: 'kWh' } as const
 * const homes = new Map([['roof', { load }]])
 * const sink = { take: async ({ home, loadWh }) => console.log(home, loadWh), onError: console.error }
 * const meter = await mqttMeter({ url: 'mqtt://127.0.0.1', homes, seconds: 900, ...sink })
 * ```
 */
export async function mqttMeter({
  now = () => Date.now() / 1000,
  ...init
}: MqttMeterInit): Promise<MqttMeter> {
  const { url, homes, seconds, take, onError } = init
  const meters = new SlotMeters(homes, seconds)
  const faults = new Map<string, number>()
  let kept = Promise.resolve()
  let waiting = 0

  function hear(topic: string, payload: Buffer, { retain }: IPublishPacket): void {
    if (retain) return
    if (payload.length > MAX_PAYLOAD) {
      fail(topic, tooLong(topic, payload.length))
      return
    }
    const taken = meters.add(topic, payload.toString(), now())
    for (const fault of taken.faults) fail(topic, fault)
    for (const message of taken.messages) keep(topic, message)
  }

  /** One after the other: the bound is reached when keeping takes longer than measuring. */
  function keep(topic: string, message: MeterMessage): void {
    if (waiting >= MAX_WAITING) {
      fail(topic, tooFast(), message.home)
      return
    }
    waiting++
    kept = kept
      .then(() => take(message))
      .catch((error) => fail(topic, error, message.home))
      .finally(() => waiting--)
  }

  function fail(topic: string, error: unknown, home?: string): void {
    faults.set(topic, (faults.get(topic) ?? 0) + 1)
    onError(error, home)
  }

  const client = await connect(url, optionsOf(init))
  client.on('message', hear)
  client.on('error', (cause) => onError(unusable(url, cause)))
  client.on('close', () => {
    if (!client.disconnecting) onError(unusable(url, new Error('the connection was lost')))
  })
  try {
    const granted = await client.subscribeAsync(meters.topics, { qos: 1 })
    const denied = granted.find(({ qos }) => qos >= 128)
    if (denied !== undefined) throw new Error(`no right to read ${denied.topic}`)
  } catch (cause) {
    await client.endAsync(true)
    throw unusable(url, cause)
  }
  return {
    faults,
    async close() {
      await client.endAsync(true)
      await kept
    },
  }
}

function optionsOf({ username, password, ca, reconnectPeriod }: Partial<MqttMeterInit>): IClientOptions {
  return {
    connectTimeout: CONNECT_TIMEOUT,
    reconnectPeriod: reconnectPeriod ?? RECONNECT_PERIOD,
    clean: true,
    resubscribe: true,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(ca !== undefined && { ca }),
  }
}

/** The first connection is made once: where that fails, somebody is there to be told. */
async function connect(url: string, options: IClientOptions): Promise<MqttClient> {
  const { connectAsync } = await import('mqtt').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ERR_MODULE_NOT_FOUND') throw cause
    throw new ConfigError('PACKAGE_MISSING', 'MQTT needs a package that is not installed.', {
      field: 'mqtt',
      remedy: 'npm install mqtt',
      cause,
    })
  })
  try {
    return await connectAsync(url, options, false)
  } catch (cause) {
    throw unusable(url, cause)
  }
}

function unusable(url: string, cause: unknown): ConfigError {
  return new ConfigError('BROKER_UNUSABLE', 'The MQTT broker cannot be listened to.', {
    field: 'url',
    expected: 'a broker that answers, and takes this user name and password',
    received: `${new URL(url).host}: ${messageOf(cause)}`,
    remedy: 'Check address, certificate, user name and password, and that this user may read the topics.',
    cause,
  })
}

function tooLong(topic: string, length: number): RefusedError {
  return new RefusedError('READING_INVALID', 'A payload is no reading.', {
    field: topic,
    expected: `at most ${MAX_PAYLOAD} bytes`,
    received: `${length} bytes`,
    remedy: 'Name the topic of the meter.',
  })
}

function tooFast(): RefusedError {
  return new RefusedError('METERS_TOO_FAST', 'A reading is not taken.', {
    field: 'reading',
    expected: `at most ${MAX_WAITING} readings that wait to be kept`,
    received: MAX_WAITING,
    remedy: 'Look at the load of this machine and of its disk.',
  })
}
