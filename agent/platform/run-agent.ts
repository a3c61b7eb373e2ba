import { MeshError } from '../../protocol/errors.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
/** One Ctrl-C arrives twice, from the terminal and from npm, which passes it on; a second press comes later, in milliseconds. */
const SAME_PRESS = 500

/**
 * Runs the program of an agent until it ends, or is told to end: by Ctrl-C, TERM or HUP, which abort its signal and are no
 * failure. A second Ctrl-C ends the process at once. What the program throws is printed, a `MeshError` as what happened and
 * what to do, and sets the exit code to 1. For Node, whose process it is.
 *
 * @param program is given the signal for whatever it waits for, and leaves the mesh before it ends
 * @example
 * ```ts
 * await runAgent(async (signal) => {
 *   await using agent = new MeshNetwork({ network: await readNetwork(api), domains: ['energy'] })
 *   await agent.connect({ signal })
 *   for await (const intent of agent.intents({ signal })) console.log(intent.value.quantity, 'Wh')
 * })
 * ```
 */
export async function runAgent(program: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const leaving = new AbortController()
  let first = 0
  const onSignal = () => {
    if (!leaving.signal.aborted) {
      first = performance.now()
      leaving.abort()
    } else if (performance.now() - first > SAME_PRESS) {
      process.exit(1)
    }
  }
  for (const name of SIGNALS) process.on(name, onSignal)
  try {
    await program(leaving.signal)
  } catch (error) {
    if (isOfLeaving(error, leaving.signal)) return
    console.error(error instanceof MeshError ? error.message : error)
    process.exitCode = 1
  } finally {
    for (const name of SIGNALS) process.off(name, onSignal)
  }
}

/** Whether something only says that it was told to end; Node's own functions wrap the reason. */
function isOfLeaving(error: unknown, { aborted, reason }: AbortSignal): boolean {
  return aborted && (error === reason || (error instanceof Error && error.cause === reason))
}
