import { once } from 'node:events'
import { appendFile, readFile } from 'node:fs/promises'
import { fileError } from '../../community/file-error.ts'
import { formatInstant } from '../../community/instant.ts'
import { httpMeter } from '../../community/meters/http-meter.ts'
import { type MeterPort, type ReportedSlot, slotsOf } from '../../community/meters/meter-port.ts'
import { mqttMeter } from '../../community/meters/mqtt-meter.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { interruptible } from '../signals.ts'
import { readBroker } from './mqtt.ts'
import { sparingly } from './sparingly.ts'
import { tokensOf } from './tokens.ts'

export interface MeterOptions {
  tokens?: string
  mqtt?: string
  home?: string[]
  host: string
  port: number
  /** Minutes. */
  slotLength: string
}

/**
 * Writes what meters push to a CSV, until a signal comes.
 *
 * @returns 128 + its number
 * @throws ConfigError when an option, the tokens or the file cannot be used.
 */
export async function recordMeters(file: string, options: MeterOptions): Promise<number> {
  using interruption = interruptible()
  const source = await sourceOf(options)
  const { homes } = source
  await begin(file, ['time', ...homes.flatMap((home) => [`${home}_load_wh`, `${home}_pv_wh`])].join(','))
  const { meter, name } = await source.open()
  const stopped = interruption.signal.aborted
    ? meter.close()
    : once(interruption.signal, 'abort').then(() => meter.close())
  console.log(`${name}    readings ${file}`)
  for await (const slot of slotsOf(meter.readings, homes, Number(options.slotLength) * 60)) {
    await appendFile(file, `${lineOf(slot)}\n`)
    const late = slot.missing.length === 0 ? '' : `; nothing of ${slot.missing.join(', ')}`
    console.log(`${formatInstant(slot.start)} written${late}`)
  }
  await stopped
  return interruption.exitCode ?? 0
}

/** Which homes there are, and how their meters are listened to. */
interface Source {
  homes: string[]
  open(): Promise<{ meter: MeterPort; name: string }>
}

async function sourceOf({ tokens: file, mqtt, home, host, port, slotLength }: MeterOptions): Promise<Source> {
  if (mqtt !== undefined) {
    const broker = readBroker(mqtt, process.env)
    const onError = sparingly((line) => console.error(line))
    return {
      homes: [...broker.homes.keys()],
      async open() {
        const meter = await mqttMeter({ ...broker, seconds: Number(slotLength) * 60, onError })
        return { meter, name: `MQTT ${broker.url}    meters ${mqtt}` }
      },
    }
  }
  if (file === undefined) throw noSource()
  const tokens = await tokensOf(file, home)
  return {
    homes: [...tokens.keys()],
    async open() {
      const meter = await httpMeter({ tokens, host, port })
      return { meter, name: `POST ${meter.url}    tokens ${file}` }
    },
  }
}

function noSource(): ConfigError {
  return new ConfigError('OPTION_MISSING', 'It is not said where readings come from.', {
    field: '--tokens',
    expected: '--tokens FILE for meters that push by HTTP, or --mqtt FILE for a broker',
    remedy: 'Give one of them.',
  })
}

function lineOf({ start, readings, missing }: ReportedSlot): string {
  const cells = readings.map(({ home, loadWh, pvWh }) => (missing.includes(home) ? ',' : `${loadWh},${pvWh}`))
  return [formatInstant(start), ...cells].join(',')
}

/** Writes the names of the columns to a file that is new or empty. */
async function begin(file: string, header: string): Promise<void> {
  try {
    const there = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return ''
      throw error
    })
    if (there === '') return await appendFile(file, `${header}\n`)
    const [columns = ''] = there.split(/\r?\n/, 1)
    if (columns === header) return
    throw new ConfigError('CSV_INVALID', 'The file is of other homes.', {
      field: file,
      expected: header,
      received: columns,
      remedy: 'Give another file, or the tokens of these homes.',
    })
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause
    throw fileError('FILE_UNWRITABLE', file, cause)
  }
}
