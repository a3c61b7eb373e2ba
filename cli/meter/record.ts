import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { formatInstant } from '../../community/instant.ts'
import { httpMeter } from '../../community/meters/http-meter.ts'
import type { MeterPort, MeterSink } from '../../community/meters/meter-port.ts'
import { mqttMeter } from '../../community/meters/mqtt-meter.ts'
import type { ReportedSlot } from '../../community/meters/slot-book.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { interruptible } from '../signals.ts'
import { readBroker } from './mqtt.ts'
import { Recorder } from './recorder.ts'
import { sparingly } from './sparingly.ts'
import { tokensOf, writeTokens } from './tokens.ts'

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
  const source = sourceOf(options)
  const seconds = Number(options.slotLength) * 60
  const recorder = await Recorder.open({ file, homes: source.homes, seconds, onSlot: sayWritten })
  const onError = sparingly((line) => console.error(line))
  const { meter, name } = await source.open({ take: (reading) => recorder.take(reading), onError })
  console.log(`${name}    readings ${file}`)
  await aborted(AbortSignal.any([interruption.signal, recorder.failed]))
  await meter.close()
  if (recorder.failed.aborted) throw recorder.failed.reason
  for (const start of recorder.openSlots) {
    console.log(`${formatInstant(start)} not complete; kept in ${file}.open`)
  }
  return interruption.exitCode ?? 0
}

function sayWritten({ start, missing }: ReportedSlot): void {
  const late = missing.length === 0 ? '' : `; nothing of ${missing.join(', ')}`
  console.log(`${formatInstant(start)} written${late}`)
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}

/** Which homes there are, and how their meters are listened to. */
interface Source {
  homes: string[]
  open(sink: MeterSink): Promise<{ meter: MeterPort; name: string }>
}

function sourceOf({ tokens: file, mqtt, home, host, port, slotLength }: MeterOptions): Source {
  if (mqtt !== undefined) {
    const broker = readBroker(mqtt, process.env)
    return {
      homes: [...broker.homes.keys()],
      async open(sink) {
        const meter = await mqttMeter({ ...broker, seconds: Number(slotLength) * 60, ...sink })
        return { meter, name: `MQTT ${broker.url}    meters ${mqtt}` }
      },
    }
  }
  if (file === undefined) throw noSource()
  const tokens = tokensOf(file, home)
  return {
    homes: [...tokens.keys()],
    async open(sink) {
      const meter = await httpMeter({ tokens, host, port, ...sink })
      // What did not come to listen leaves no tokens of nobody behind.
      if (!existsSync(file)) {
        await writeTokens(file, tokens).catch(async (error) => {
          await meter.close()
          throw error
        })
      }
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
