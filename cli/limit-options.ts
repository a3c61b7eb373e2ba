import type { Command } from 'commander'
import { integer } from './options.ts'

/** What an API allows its clients. */
export interface LimitOptions {
  readsPerMinute?: number
  writesPerMinute?: number
}

/** Adds the options that say what an API allows its clients. */
export function withLimitOptions(command: Command): Command {
  const perMinute = integer(1, 1_000_000_000)
  return command
    .option(
      '--reads-per-minute <n>',
      'requests of one address a minute that read (default: 3000); with a key more',
      perMinute,
    )
    .option('--writes-per-minute <n>', 'those that have something done (default: 120)', perMinute)
}
