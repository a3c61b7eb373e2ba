/** A place on the floor, in metres. */
export type Place = readonly [x: number, y: number]

/** Something to be carried. */
export interface Task {
  readonly name: string
  readonly from: Place
  readonly to: Place
}

/** Metres between two places along the aisles, which are at right angles. */
export function metres([ax, ay]: Place, [bx, by]: Place): number {
  return Math.abs(ax - bx) + Math.abs(ay - by)
}

/** Metres that a robot goes for a task, from where it is. */
export function wayOf(at: Place, { from, to }: Task): number {
  return metres(at, from) + metres(from, to)
}

/** Who should do a task: whom it takes the shortest way; among equals the first. @throws RangeError when there is nobody */
export function nearest<R extends { readonly at: Place }>(robots: readonly R[], task: Task): R {
  const [best] = robots.toSorted((a, b) => wayOf(a.at, task) - wayOf(b.at, task))
  if (best === undefined) throw new RangeError('no robot')
  return best
}

/** Nine tasks of a shift. @param first number of the first of them */
export function tasksFrom(first: number): Task[] {
  return Array.from({ length: 9 }, (_, index) => {
    const number = first + index
    const from = [(number * 17) % 40, (number * 11) % 30] as const
    return { name: `task-${number}`, from, to: [(number * 7) % 40, 0] as const }
  })
}
