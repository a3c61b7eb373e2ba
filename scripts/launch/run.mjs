import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { basename } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { dieWithParent } from './die-with-parent.mjs'
import { say } from './messages.mjs'
import { isGroupRunning, signalGroup } from './processes.mjs'

/**
 * How long a command may take to shut down after a signal, in ms: a market waits for what is open, then ends its API, its
 * homes and its chain, which takes two seconds each at most, and more on a busy machine.
 */
const GRACE_MS = 10_000
/** How long what a command left behind may take after its end, in ms. */
const SWEEP_MS = 5000
/** One Ctrl-C arrives twice, from the terminal and from npm, which passes it on; a second press comes later than this. */
const SAME_PRESS_MS = 500

/** When each signal came first. */
const seen = new Map()
let first
/** The commands that run. */
const running = new Set()

/** The first signal that asked the launcher to stop, with the exit code that stands for it; undefined before one. */
export const interruption = () => first && { signal: first, exitCode: exitCodeOf(null, first) }

const exitCodeOf = (code, signal) => code ?? 128 + constants.signals[signal]

/** Passes INT, TERM and HUP on to the commands that run, and takes the loss of the own parent for a TERM. */
export function superviseSignals() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal)
  process.on('SIGWINCH', () => {
    for (const { child, ownGroup } of running) if (ownGroup) child.kill('SIGWINCH')
  })
  dieWithParent({ graceMs: 2 * GRACE_MS })
}

function onSignal(signal) {
  // Ctrl-C has reached it, and it may ask what to do: how long that takes, and a second press, are between it and who is asked.
  if (signal === 'SIGINT' && [...running].some(({ asks }) => asks)) return
  const since = performance.now() - (seen.get(signal) ?? performance.now())
  if (since > SAME_PRESS_MS) return killHard('was told twice to stop')
  if (seen.has(signal)) return
  seen.set(signal, performance.now())
  if (first === undefined) {
    first = signal
    setTimeout(() => killHard(`did not stop within ${GRACE_MS / 1000} s`), GRACE_MS).unref()
  }
  for (const { child } of running) child.kill(signal)
}

function killHard(why) {
  for (const { child, ownGroup, name } of running) {
    if (ownGroup) signalGroup(child.pid, 'SIGKILL')
    else child.kill('SIGKILL')
    say(`${name} ${why}: killed`)
  }
}

/** Ends what the command left behind. */
async function sweep({ child, ownGroup }) {
  if (!ownGroup || !signalGroup(child.pid, 'SIGTERM')) return
  const start = performance.now()
  for (
    let elapsed = 0;
    elapsed < SWEEP_MS + 1000 && isGroupRunning(child.pid);
    elapsed = performance.now() - start
  ) {
    if (elapsed > SWEEP_MS) signalGroup(child.pid, 'SIGKILL')
    await sleep(25)
  }
}

/**
 * Runs a command to its end and ends with it whatever it left behind.
 *
 * The command leads a process group of its own, so that a Ctrl-C at the terminal reaches the launcher alone, which
 * passes it on exactly once, and so that nothing of it can hide. The price is that it cannot read the keyboard.
 * @param {string} file the program, an absolute path
 * @param {string[]} args its arguments
 * @param {object} options
 * @param {string} options.cwd working directory
 * @param {NodeJS.ProcessEnv} options.env environment
 * @param {'command' | 'stderr' | ((chunk: Buffer) => void)} [options.output] where its stdout goes: the launcher's
 *   stdout (the default), its stderr, or a function
 * @param {(chunk: Buffer) => void} [options.errors] takes its stderr, in place of the launcher's
 * @param {boolean} [options.keyboard] true leaves it in the terminal's foreground group, where it can ask questions, and Ctrl-C to it
 * @param {(pid: number) => void} [options.onStart] called with its process id
 * @returns {Promise<number>} its exit code, 128 + n when signal n ended it
 */
export async function run(file, args, { cwd, env, output = 'command', errors, keyboard = false, onStart }) {
  if (first !== undefined) return interruption().exitCode
  const ownGroup = !keyboard && process.platform !== 'win32'
  const stdin = ownGroup && process.stdin.isTTY ? 'ignore' : 'inherit'
  const stdout = { command: 'inherit', stderr: 2 }[output] ?? 'pipe'
  const child = spawn(file, args, {
    cwd,
    env,
    detached: ownGroup,
    stdio: [stdin, stdout, errors ? 'pipe' : 'inherit'],
  })
  if (stdout === 'pipe') child.stdout.on('data', output)
  if (errors) child.stderr.on('data', errors)
  const closed = once(child, 'close')
  closed.catch(() => {})
  const exited = once(child, 'exit')
  const asks = keyboard && process.stdin.isTTY === true
  const command = { child, ownGroup, asks, name: basename(args.find((arg) => !arg.startsWith('-')) ?? file) }
  running.add(command)
  try {
    if (child.pid !== undefined) onStart?.(child.pid)
    const [code, signal] = await exited
    await sweep(command)
    await closed
    return exitCodeOf(code, signal)
  } finally {
    running.delete(command)
  }
}
