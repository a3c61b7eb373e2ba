import { constants } from 'node:os'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** What a command needs to end in good order when it is told to. */
export interface Interruption {
  /** Aborted at the first signal. */
  readonly signal: AbortSignal
  /** 128 + n when signal n came, else undefined. */
  readonly exitCode: number | undefined
  [Symbol.dispose](): void
}

/** Turns Ctrl-C, TERM and HUP into an abort. A second Ctrl-C ends the process at once. */
export function interruptible(): Interruption {
  const abort = new AbortController()
  let exitCode: number | undefined
  const onSignal = (name: NodeJS.Signals) => {
    if (exitCode !== undefined && name === 'SIGINT') process.exit(exitCode)
    exitCode ??= 128 + constants.signals[name]
    abort.abort()
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
