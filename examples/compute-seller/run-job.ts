import { Worker } from 'node:worker_threads'

/** A WebAssembly module that exports `run`, an i32 of an i32, and may import `env.memory`; and what it is to be run on. */
export interface Job {
  readonly module: Uint8Array
  readonly inputs: readonly number[]
}

/** Most time in milliseconds, and pages of 64 KiB, that a job may take here. */
const LIMITS = { time: 2_000, pages: 16 }

/**
 * Whether a module brings no table and no memory of its own, whose size nobody would bound. Source: WebAssembly core
 * specification 2.0, section 5.5: after 8 bytes come sections of an id, a length in LEB128, and so many bytes.
 */
export function isBounded(module: Uint8Array): boolean {
  for (let at = 8; at < module.length; ) {
    const id = module[at++] ?? 0
    if (id === 4 || id === 5) return false
    let length = 0
    for (let shift = 0, byte = 128; byte >= 128; shift += 7) {
      byte = module[at++] ?? 0
      length += (byte & 127) * 2 ** shift
    }
    at += length
  }
  return true
}

/** Runs a job in a thread of its own. @throws RangeError when it is not bounded; Error when it fails, or is ended as too long */
export async function runJob({ module, inputs }: Job, limits = LIMITS): Promise<number[]> {
  if (!isBounded(module)) throw new RangeError('a module has no memory or table but what it imports')
  const workerData = { module: Uint8Array.from(module), inputs, pages: limits.pages }
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData })
  const { promise, resolve, reject } = Promise.withResolvers<number[]>()
  const timer = setTimeout(() => reject(new Error(`it takes longer than ${limits.time} ms`)), limits.time)
  worker.once('message', resolve).once('error', reject)
  return promise.finally(() => {
    clearTimeout(timer)
    return worker.terminate()
  })
}
