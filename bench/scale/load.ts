import { loadavg } from 'node:os'

/** What else the machine has to do: processes that ran or waited in the last minute, on average. */
export function load(): string {
  return loadavg()[0]?.toFixed(1) ?? ''
}
