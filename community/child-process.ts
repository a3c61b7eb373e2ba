import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { TimeoutError } from '../protocol/errors.ts'

/** How long a process may take to end after it was told to, in milliseconds. */
const STOP_TIMEOUT = 2_000

/**
 * Starts a module as a process of its own whose output goes to a log file and that has a channel to this one.
 *
 * @param log path of the log file, appended to; its folder is made
 */
export function startChild(module: URL, log: string): ChildProcess {
  mkdirSync(dirname(log), { recursive: true })
  const output = openSync(log, 'a')
  try {
    const child = fork(module, {
      serialization: 'advanced',
      stdio: ['ignore', output, output, 'ipc'],
      execArgv: [],
      env: { ...compileCache(), ...process.env },
    })
    // One listener per awaited message: a process with many homes has many.
    return child.setMaxListeners(0)
  } finally {
    closeSync(output)
  }
}

/** Lets a process share the compile cache of this one: half of what its start takes is compiling. */
function compileCache(): NodeJS.ProcessEnv {
  // The folder of this version of Node is below the one that the variable names.
  const directory = getCompileCacheDir()
  return directory === undefined ? {} : { NODE_COMPILE_CACHE: dirname(directory) }
}

/** Ends a process: asks it by closing the channel and with SIGTERM, and kills it when it is not gone in time. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return
  const exited = once(child, 'exit')
  if (child.connected) child.disconnect()
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT)
  await exited
  clearTimeout(timer)
}

/** Whether a process has exited or was killed. */
export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

/**
 * Next message of a process for which `accept` holds.
 *
 * @param timeout in milliseconds
 * @throws TimeoutError `CHILD_SILENT` when none comes in time, or the process ends before; it names the log file.
 */
export async function messageFrom<T>(
  child: ChildProcess,
  accept: (message: unknown) => message is T,
  { timeout, log }: { timeout: number; log: string },
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const silent = (received: string) =>
    reject(
      new TimeoutError('CHILD_SILENT', 'A process did not come up.', {
        expected: `a message within ${timeout / 1000} s`,
        received,
        remedy: `See what it wrote into ${log}`,
      }),
    )
  const onMessage = (message: unknown) => accept(message) && resolve(message)
  const onExit = (code: number | null, signal: string | null) =>
    silent(`its end, ${signal ?? `code ${code}`}`)
  const timer = setTimeout(() => silent('nothing'), timeout)
  if (hasEnded(child)) onExit(child.exitCode, child.signalCode)
  child.on('message', onMessage).once('exit', onExit).once('error', reject)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    child.off('message', onMessage).off('exit', onExit).off('error', reject)
  }
}
