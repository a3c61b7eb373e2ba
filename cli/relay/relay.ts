import { once } from 'node:events'
import { join } from 'node:path'
import { loadKey, startRelay } from '../../agent/index.ts'
import { interruptible } from '../signals.ts'
import { STATE_ROOT } from '../state.ts'

export interface RelayOptions {
  host: string
  port: number
  stunPort: number
  publicHost?: string
  maxReservations: number
  json?: boolean
}

/** Runs a relay until a signal comes. @returns 128 + its number */
export async function relay({ json, ...init }: RelayOptions): Promise<number> {
  using interruption = interruptible()
  const key = await loadKey(join(STATE_ROOT, 'relay', 'key'))
  const running = await startRelay({ ...init, key })
  try {
    const { peerId, multiaddrs, stunServers } = running
    if (json) console.log(JSON.stringify({ peerId: peerId.toString(), multiaddrs, stunServers }))
    else console.log([...multiaddrs.map(row('relay')), ...stunServers.map(row('stun'))].join('\n'))
    if (!interruption.signal.aborted) await once(interruption.signal, 'abort')
  } finally {
    await running.stop()
  }
  return interruption.exitCode ?? 0
}

function row(kind: string): (address: string) => string {
  return (address) => `${kind.padEnd(6)} ${address}`
}
