import { type ChildProcess, spawn } from 'node:child_process'
import { extname, join } from 'node:path'
import { messageOf } from '../../protocol/errors.ts'
import { abortable } from '../network/abortable.ts'
import { moduleEnded, moduleLate, sandboxFailed } from './faults.ts'
import { BEGUN, type Job } from './job.ts'

/** The source in a clone, the compiled file in the package. */
const MODULE_PROCESS = join(import.meta.dirname, `module-process${extname(import.meta.filename)}`)

/**
 * Most memory of the process in KiB beside that of the module: Node 24 reserves 0.6 GiB of it at its start, and compiling takes
 * the rest. V8's baseline compiler remembers all locals for each block that is open, memory in proportion to the square of what it
 * is given, so that without a limit 16 KB of nested blocks take all that a machine has.
 */
const MEMORY = 2 ** 20
const PAGE_KIB = 64
/** Seconds of processor time for each of the clock: it compiles in threads. It is what ends a process whose agent was killed. */
const THREADS = 8

/** How long the process may take to start, in milliseconds; on an idle machine it takes 0.1 s. */
const START_TIMEOUT = 30_000

/** No core files; data segment in KiB and processor time in seconds, then the program in place of the shell. */
const LIMITED = 'ulimit -c 0 && ulimit -d "$1" && ulimit -t "$2" && shift 2 && exec "$@"'

/**
 * Has a module run in a process of its own, which has ended when this settles.
 *
 * @param timeout milliseconds for compiling and running
 * @returns its answer, of which nothing is known
 * @throws RefusedError `MODULE_ENDED`; TimeoutError `MODULE_LATE`; ConfigError `SANDBOX_FAILED`; what `signal` was aborted with
 */
export async function askSandbox(
  job: Job,
  timeout: number,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  const sandbox = start(timeout, job.maxPages)
  const ended = new Promise<void>((resolve) => {
    sandbox.once('exit', () => resolve()).once('error', () => resolve())
  })
  try {
    return await abortable(() => answerOf(sandbox, job, timeout), signal)
  } finally {
    sandbox.kill('SIGKILL')
    await ended
  }
}

async function answerOf(sandbox: ChildProcess, job: Job, timeout: number): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const notStarted = () => reject(sandboxFailed(`nothing within ${START_TIMEOUT} ms`))
  let timer = setTimeout(notStarted, START_TIMEOUT)
  let hasBegun = false
  sandbox.on('message', (message) => {
    if (hasBegun) return resolve(message)
    hasBegun = message === BEGUN
    clearTimeout(timer)
    timer = setTimeout(() => reject(moduleLate(timeout)), timeout)
  })
  sandbox.once('exit', (code, killedBy) => {
    const end = killedBy ?? `code ${code}`
    reject(hasBegun ? moduleEnded(end) : sandboxFailed(`its end, ${end}`))
  })
  sandbox.once('error', (error) => reject(sandboxFailed(messageOf(error))))
  // There is no channel where no process could be made; what fails to be sent is heard of by its end.
  sandbox.send?.(job, () => undefined)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
  }
}

/**
 * Starts the process in which a module runs. A thread would not do: a module can be such that its compiler takes all memory,
 * which ends the process that it is in, whatever limits the thread has. It has nothing of this one: no environment, no standard
 * streams, no folder, and no handle but the channel.
 *
 * @param timeout milliseconds, by which the processor time is measured
 * @param maxPages of the module's memory, of 64 KiB
 * @returns a process that may have failed to start: see its `error`
 * @throws ConfigError `SANDBOX_FAILED` when the system refuses it at once
 */
function start(timeout: number, maxPages: number): ChildProcess {
  const program = [process.execPath, '--expose-gc', MODULE_PROCESS]
  const limits = [MEMORY + maxPages * PAGE_KIB, THREADS * Math.ceil(timeout / 1_000)].map(String)
  // Windows has neither these limits nor the shell that sets them.
  const [file = '', ...args] =
    process.platform === 'win32' ? program : ['/bin/sh', '-c', LIMITED, 'sh', ...limits, ...program]
  try {
    return spawn(file, args, {
      cwd: '/',
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      windowsHide: true,
    })
  } catch (error) {
    throw sandboxFailed(messageOf(error))
  }
}
