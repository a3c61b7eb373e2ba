import { type Command, Option } from 'commander'
import type { MetricsPlace } from '../indexer/index.ts'
import { integer } from './options.ts'

/** What the options of {@link withMetrics} come to. */
export interface MetricsOptions {
  metricsPort?: number
  metricsHost: string
}

/** Gives a command the options that say where Prometheus may ask. */
export function withMetrics(command: Command): Command {
  return command
    .option(
      '--metrics-port <n>',
      'serve metrics for Prometheus at this port, at /metrics',
      integer(0, 65_535),
    )
    .addOption(new Option('--metrics-host <address>', 'address of the metrics').default('127.0.0.1'))
}

/** Where metrics are to be served; undefined: nowhere. */
export function metricsPlace({ metricsPort, metricsHost }: MetricsOptions): MetricsPlace | undefined {
  return metricsPort === undefined ? undefined : { host: metricsHost, port: metricsPort }
}
