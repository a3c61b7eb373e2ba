import type { Reject } from '../../agent/index.ts'
import { counted } from '../format.ts'

/** A line for each reason why rows were left out, with the places of the first. */
export function rejectedLines(rejects: readonly Reject[]): string[] {
  return rejects.map(
    ({ reason, count, examples }) =>
      `${counted(count, 'row')} left out: ${reason} (${examples.join(', ')}${count > examples.length ? ', ...' : ''})`,
  )
}
