import type { Reject, Rejects } from '../../agent/index.ts'
import { counted } from '../format.ts'

/** A line for each reason why rows were left out, or were not taken as they stand, with the places of the first. */
export function rejectedLines(rejects: Pick<Rejects, 'list' | 'notes'>): string[] {
  return [
    ...rejects.list().map((reject) => `${counted(reject.count, 'row')} left out: ${reasonOf(reject)}`),
    ...rejects.notes().map((reject) => `${counted(reject.count, 'row')} to look at: ${reasonOf(reject)}`),
  ]
}

function reasonOf({ reason, count, examples }: Reject): string {
  return `${reason} (${examples.join(', ')}${count > examples.length ? ', ...' : ''})`
}
