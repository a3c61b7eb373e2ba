import { Worker } from 'node:worker_threads'

/** A WebAssembly module that exports `run`, an i32 of an i32, and may import `env.memory`; and what it is to be run on. */
export interface Job {
  readonly module: Uint8Array
  readonly inputs: readonly number[]
}

/** Most time in milliseconds, and pages of 64 KiB, that a job may take here. */
const LIMITS = { time: 2_000, pages: 16 }

/**
 * Whether a module brings no table, no memory and no types of objects of its own, whose size nobody would bound: beside the
 * memory that it imports it has numbers alone. Source: WebAssembly core specification 3.0, section 5.5: after 8 bytes come
 * sections of an id, a length in LEB128, and so many bytes; 5.3: functions of numbers are 0x60, and of 0x7c to 0x7f.
 */
export function isBounded(module: Uint8Array): boolean {
  let at = 8
  const number = () => {
    let value = 0
    for (let shift = 0, byte = 128; byte >= 128; shift += 7) {
      byte = module[at++] ?? 0
      value += (byte & 127) * 2 ** shift
    }
    return value
  }
  const areNumbers = () => {
    for (let left = number(); left > 0; left--) if ((module[at++] ?? 0) < 0x7c) return false
    return true
  }
  const areFunctions = () => {
    for (let left = number(); left > 0; left--) {
      if (module[at++] !== 0x60 || !areNumbers() || !areNumbers()) return false
    }
    return true
  }
  while (at < module.length) {
    const id = module[at++]
    const length = number()
    const end = at + length
    if (id === 4 || id === 5 || (id === 1 && !areFunctions())) return false
    at = end
  }
  return true
}

/** Runs a job in a thread of its own. @throws RangeError when it is not bounded; Error when it fails, or is ended as too long */
export async function runJob({ module, inputs }: Job, limits = LIMITS): Promise<number[]> {
  if (!isBounded(module)) throw new RangeError('a module has numbers, and no memory but what it imports')
  const workerData = { module: Uint8Array.from(module), inputs, pages: limits.pages }
  const worker = new Worker(new URL('./run-module-worker.ts', import.meta.url), { workerData })
  const { promise, resolve, reject } = Promise.withResolvers<number[]>()
  const timer = setTimeout(() => reject(new Error(`it takes longer than ${limits.time} ms`)), limits.time)
  worker.once('message', resolve).once('error', reject)
  return promise.finally(() => {
    clearTimeout(timer)
    return worker.terminate()
  })
}
