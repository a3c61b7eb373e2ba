import { constants } from 'node:os'
import { cancellationCost, type Trip } from '../../agent/index.ts'
import { MeshError } from '../../protocol/errors.ts'
import { money } from '../format.ts'
import { invocation } from '../invocation.ts'
import { type Interruption, interruptible } from '../signals.ts'
import { accompany, type Dialogue } from './accompany.ts'

const CTRL_C = 128 + constants.signals.SIGINT

/**
 * Goes along with a trip to its end. Ctrl-C asks whether it is cancelled; again, or another signal, leaves it.
 *
 * @param first hears of the first signal
 * @returns the exit code where it was left
 */
export async function bring(
  trip: Trip,
  first: Interruption,
  dialogue: Dialogue,
): Promise<number | undefined> {
  for (let interruption = first; ; interruption = interruptible()) {
    const interrupted = await goAlong(trip, interruption, dialogue)
    if (interrupted === undefined) return undefined
    using again = interruptible()
    if (interrupted === CTRL_C) await offerToCancel(trip, dialogue, again)
    if (interrupted === CTRL_C && again.exitCode === undefined) continue
    dialogue.say(`Your ride goes on without you. Call \`${invocation()} ride\` again to go on with it.`)
    return again.exitCode ?? interrupted
  }
}

/** @returns the exit code where it was interrupted */
async function goAlong(
  trip: Trip,
  interruption: Interruption,
  dialogue: Dialogue,
): Promise<number | undefined> {
  using _ = interruption
  try {
    await accompany(trip, dialogue, interruption.signal)
    return undefined
  } catch (error) {
    if (interruption.exitCode === undefined) throw error
    return interruption.exitCode
  }
}

/** Cancels a trip, when the rider wants to for what it costs. */
async function offerToCancel(
  trip: Trip,
  { say, confirm }: Dialogue,
  interruption: Interruption,
): Promise<void> {
  const { agreement, conditions } = trip.deal
  const now = BigInt(Math.ceil(Date.now() / 1000))
  const { pays } = cancellationCost('rider', agreement, conditions, now)
  try {
    if (!(await confirm(`To cancel costs ${money(pays)} now. Cancel the ride?`, interruption.signal))) return
    await trip.cancel()
    say('Cancelled: waiting for the chain to say so.')
  } catch (error) {
    if (interruption.exitCode !== undefined) return
    // It may have ended while the rider thought about it.
    if (!(error instanceof MeshError)) throw error
    say(error.message)
  }
}
