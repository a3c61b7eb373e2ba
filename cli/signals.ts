import { constants } from 'node:os'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** One Ctrl-C arrives twice, from the terminal and from npx, which passes it on; a second press comes later, in milliseconds. */
const SAME_PRESS = 500

/** What a command needs to end in good order when it is told to. */
export interface Interruption {
  /** Aborted at the first signal. */
  readonly signal: AbortSignal
  /** 128 + n when signal n came, else undefined. */
  readonly exitCode: number | undefined
  [Symbol.dispose](): void
}

/**
 * Ends this process when nobody reads what it prints any more, as in `mesh trades | head -3`: by the way of a TERM where a command
 * ends in good order, else at once, with the exit code of other programs that this happens to.
 */
export function endWithReader(): void {
  const onError = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    if (process.listenerCount('SIGTERM') > 0) process.emit('SIGTERM', 'SIGTERM')
    else process.exit(128 + constants.signals.SIGPIPE)
  }
  process.stdout.on('error', onError)
  process.stderr.on('error', onError)
}

/** Turns Ctrl-C, TERM and HUP into an abort. A second one ends the process at once. */
export function interruptible(): Interruption {
  const abort = new AbortController()
  let exitCode: number | undefined
  let first = 0
  const onSignal = (name: NodeJS.Signals) => {
    if (exitCode === undefined) {
      exitCode = 128 + constants.signals[name]
      first = performance.now()
      abort.abort()
    } else if (performance.now() - first > SAME_PRESS) {
      process.exit(exitCode)
    }
  }
  for (const name of SIGNALS) process.on(name, onSignal)
  return {
    signal: abort.signal,
    get exitCode() {
      return exitCode
    },
    [Symbol.dispose]() {
      for (const name of SIGNALS) process.off(name, onSignal)
    },
  }
}
