import { existsSync } from 'node:fs'
import { httpMeter } from '../../community/meters/http-meter.ts'
import type { MeterPort, MeterSink } from '../../community/meters/meter-port.ts'
import { mqttMeter } from '../../community/meters/mqtt-meter.ts'
import { ConfigError } from '../../protocol/errors.ts'
import { readBroker } from './mqtt.ts'
import { tokensOf, writeTokens } from './tokens.ts'

/** Where readings come from, as the command line says it. */
export interface SourceOptions {
  tokens?: string
  mqtt?: string
  home?: string[]
  host: string
  port: number
}

/** Which homes have meters, and how these are listened to. */
export interface MeterSource {
  homes: string[]
  /**
   * @param seconds length of a slot
   * @returns with it what is listened to, for people
   */
  open(seconds: number, sink: MeterSink): Promise<{ meter: MeterPort; name: string }>
}

/**
 * Reads where readings come from; nothing is listened to yet.
 *
 * @throws ConfigError `OPTION_MISSING` when neither tokens nor a broker are given; what {@link readBroker} and {@link tokensOf} throw
 */
export function sourceOf({ tokens: file, mqtt, home, host, port }: SourceOptions): MeterSource {
  if (mqtt !== undefined) {
    const broker = readBroker(mqtt, process.env)
    return {
      homes: [...broker.homes.keys()],
      async open(seconds, sink) {
        const meter = await mqttMeter({ ...broker, seconds, ...sink })
        return { meter, name: `MQTT ${broker.url}    meters ${mqtt}` }
      },
    }
  }
  if (file === undefined) throw noSource()
  const tokens = tokensOf(file, home)
  return {
    homes: [...tokens.keys()],
    async open(_seconds, sink) {
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
