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
  const [first, ...others] = robots
  if (first === undefined) throw new RangeError('no robot')
  return others.reduce((best, each) => (wayOf(each.at, task) < wayOf(best.at, task) ? each : best), first)
}
