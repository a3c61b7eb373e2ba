import { setTimeout as delay } from 'node:timers/promises'
import type { LearningRound, Moment } from '../../../agent/index.ts'
import type { DrivenClock } from '../../../community/driven-clock.ts'

/** How often the chain's clock goes on by a second while agents are waited for, in milliseconds. */
const INTERVAL = 250
/** How long agents may take for a phase, in milliseconds. */
const PATIENCE = 120_000

/** What has to have happened in each phase, where nobody fails. */
const DONE: Record<Moment['phase'], (moment: Moment, agents: Agents) => boolean> = {
  commit: ({ view }, { participants, evaluators }) =>
    view.participants.length === participants && view.lots.length === evaluators,
  reveal: ({ view }) => view.participants.every(({ revealed }) => revealed !== undefined),
  attest: ({ view }) =>
    view.hidden !== undefined && view.seats.length > 0 && view.seats.every((seat) => seat.hasAttested),
  score: ({ view }) => view.proposals.length > 0 && view.seats.every((seat) => seat.hasCommitted),
  close: ({ view }) => view.seats.every((seat) => seat.hasRevealed),
  over: (_, { areDone }) => areDone(),
}

/** Who takes part. */
export interface Agents {
  participants: number
  evaluators: number
  /** Whether nothing is left to do for any of them. */
  areDone: () => boolean
}

/**
 * Takes a round through its phases, each of which begins when all has happened in the one before.
 *
 * @param clock of the chain, which nobody waits for
 * @param say is told of each phase
 * @returns the round at its end
 * @throws what `signal` was aborted with; TimeoutError when agents take too long
 */
export async function play(
  round: LearningRound,
  agents: Agents,
  clock: DrivenClock,
  say: (phase: Moment['phase']) => void,
  signal: AbortSignal,
): Promise<Moment> {
  const { commitUntil, revealUntil, attestUntil, scoreUntil, closeAt } = round.task
  const wait = (phase: Moment['phase']) =>
    waitFor(round, (moment) => moment.phase === phase && DONE[phase](moment, agents), clock, signal)
  say('commit')
  await wait('commit')
  for (const [phase, begin] of [
    ['reveal', commitUntil],
    ['attest', revealUntil],
    ['score', attestUntil],
    ['close', scoreUntil],
  ] as const) {
    say(phase)
    await clock.moveTo(begin + 1n)
    await wait(phase)
  }
  say('over')
  await clock.moveTo(closeAt + 1n)
  return wait('over')
}

async function waitFor(
  round: LearningRound,
  test: (moment: Moment) => boolean,
  clock: DrivenClock,
  signal: AbortSignal,
): Promise<Moment> {
  const state = { isWaiting: true }
  const until = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)])
  const found = round.until(test, { signal: until }).finally(() => {
    state.isWaiting = false
  })
  const settled = found.catch(() => undefined)
  while (state.isWaiting) {
    await clock.moveTo((await clock.now()) + 1n)
    await Promise.race([settled, delay(INTERVAL)])
  }
  return found
}
