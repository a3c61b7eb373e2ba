import type { LearningTask } from '../../../protocol/learning.ts'

/** The phases of a round, one after the other; `over` has no end. */
export const PHASES = ['commit', 'reveal', 'attest', 'score', 'close', 'over'] as const
export type Phase = (typeof PHASES)[number]

type Schedule = Pick<LearningTask, 'commitUntil' | 'revealUntil' | 'attestUntil' | 'scoreUntil' | 'closeAt'>

/**
 * The phase of a round at a time: an instant of the schedule is the last second of its phase.
 *
 * @param now Unix seconds
 *
 * @example
 * ```ts
 * phaseAt({ commitUntil: 10n, revealUntil: 20n, attestUntil: 30n, scoreUntil: 40n, closeAt: 50n }, 11n) // 'reveal'
 * ```
 */
export function phaseAt(schedule: Schedule, now: bigint): Phase {
  const ends = endsOf(schedule)
  const index = ends.findIndex((end) => now <= end)
  return PHASES[index] ?? 'over'
}

/**
 * The instant at which a part of a phase is over.
 *
 * @param part from 0, its first second, to 1, its last
 * @returns Unix seconds, rounded down
 */
export function within(schedule: Schedule, phase: 'attest' | 'score' | 'close', part: number): bigint {
  const ends = endsOf(schedule)
  const index = PHASES.indexOf(phase)
  const [from, until] = [ends[index - 1] ?? 0n, ends[index] ?? 0n]
  return from + BigInt(Math.floor(Number(until - from) * part))
}

/** Seconds that the shortest phase after the commitments lasts. */
export function shortestPhase(schedule: Schedule): number {
  const ends = endsOf(schedule)
  return Math.min(...ends.slice(1).map((end, i) => Number(end - (ends[i] ?? 0n))))
}

function endsOf({ commitUntil, revealUntil, attestUntil, scoreUntil, closeAt }: Schedule): bigint[] {
  return [commitUntil, revealUntil, attestUntil, scoreUntil, closeAt]
}
