import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { beside } from '../../community/beside.ts'
import { fileError } from '../../community/file-error.ts'
import { homeNameSchema } from '../../community/home-name.ts'
import type { MqttMeterInit } from '../../community/meters/mqtt-meter.ts'
import type { HomeMeters } from '../../community/meters/slot-meters.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { readJson } from '../json-file.ts'

/** In the environment, in place of what the file says. */
const USERNAME = 'MESH_MQTT_USERNAME'
const PASSWORD = 'MESH_MQTT_PASSWORD'

const sourceSchema = z.strictObject({
  topic: z.string().regex(/^[^#+\0]{1,256}$/, 'a topic without + and #'),
  path: z.string().max(256).default(''),
  quantity: z.enum(['Wh', 'kWh', 'W', 'kW']),
})

const brokerSchema = z.strictObject({
  url: z.string(),
  username: z.string().optional(),
  password: z.string().optional(),
  /** PEM file, relative to this one. */
  ca: z.string().optional(),
  homes: z
    .record(homeNameSchema, z.strictObject({ load: sourceSchema, pv: sourceSchema.optional() }))
    .refine((homes) => Object.keys(homes).length > 0, 'at least one home'),
})

const SHAPE =
  '{"url": "mqtts://broker", "homes": {"roof": {"load": {"topic": "…", "path": "…", "quantity": "kWh"}}}}'

/** What a broker is asked for, and as whom. */
export type Broker = Pick<MqttMeterInit, 'url' | 'username' | 'password' | 'ca'> & {
  homes: Map<string, HomeMeters>
}

/**
 * Reads which broker is listened to, and where in its topics the meters of homes are. User name and password may come from the
 * environment; they are no arguments, which others on the machine could read.
 *
 * @throws ConfigError of {@link readJson}; `FILE_INVALID` when the URL is none of a broker, or holds a password;
 *   `FILE_UNREADABLE` when there is no such certificate
 */
export function readBroker(file: string, environment: NodeJS.ProcessEnv): Broker {
  const { ca, homes, ...broker } = readJson(file, brokerSchema, SHAPE)
  checkUrl(file, broker.url)
  return {
    ...broker,
    username: environment[USERNAME] ?? broker.username,
    password: environment[PASSWORD] ?? broker.password,
    ca: ca === undefined ? undefined : readCertificate(beside(file, ca)),
    homes: new Map(Object.entries(homes)),
  }
}

/** It is shown, so it may hold no secret; neither may what is said about one that does. */
function checkUrl(file: string, text: string): void {
  const url = URL.parse(text)
  const isBroker = url !== null && /^(mqtts?|wss?):$/.test(url.protocol)
  if (isBroker && url.username === '' && url.password === '') return
  throw new ConfigError('FILE_INVALID', 'The file does not hold what is needed.', {
    field: `${file}: url`,
    expected: 'mqtts://, mqtt://, wss:// or ws://, and a host, without user name and password',
    remedy: `Give them as members of their own, or as ${USERNAME} and ${PASSWORD}.`,
  })
}

function readCertificate(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw fileError('FILE_UNREADABLE', path, cause)
  }
}
