/** A line: a bus every `headway` minutes, the first `offset` minutes after the hour; and when it is at its stops after that. */
export interface Line {
  readonly name: string
  readonly headway: number
  offset: number
  readonly stops: Readonly<Record<string, number>>
  /** What a minute of shift from `wanted` costs this line, minor units a day: drivers' breaks, garages. */
  readonly wanted: number
  readonly stiffness: bigint
}

/** People who change lines at a stop, each day. */
export interface Transfer {
  readonly from: string
  readonly to: string
  readonly stop: string
  readonly people: bigint
}

/** What a minute of one passenger's waiting is worth to the line that brings the passenger, in minor units. */
const MINUTE = 1_000n

/** Minutes that passengers of a transfer wait, from arrival to the next departure, which may be at once. */
export function waiting(lines: ReadonlyMap<string, Line>, { from, to, stop }: Transfer): number {
  const [a, b] = [lines.get(from), lines.get(to)]
  const [arrival, departure] = [a?.stops[stop], b?.stops[stop]]
  if (a === undefined || b === undefined || arrival === undefined || departure === undefined) {
    throw new RangeError(`no transfer from ${from} to ${to} at ${stop}`)
  }
  const minutes = b.offset + departure - a.offset - arrival
  return ((minutes % b.headway) + b.headway) % b.headway
}

/** What a timetable costs a line each day: the waiting of those whom it brings, and how far it is from what it wants. */
export function costOf(
  lines: ReadonlyMap<string, Line>,
  transfers: readonly Transfer[],
  name: string,
): bigint {
  const line = lines.get(name)
  if (line === undefined) throw new RangeError(`no line ${name}`)
  const waits = transfers.filter(({ from }) => from === name)
  const waited = waits.reduce((sum, each) => sum + each.people * BigInt(waiting(lines, each)) * MINUTE, 0n)
  const off = Math.abs(line.offset - line.wanted) % line.headway
  return waited + BigInt(Math.min(off, line.headway - off)) * line.stiffness
}

/** What it costs or, below 0n, saves a line when some line is shifted by so many minutes. */
export function costOfShift(
  lines: ReadonlyMap<string, Line>,
  transfers: readonly Transfer[],
  name: string,
  { line, minutes }: { line: string; minutes: number },
): bigint {
  const moved = new Map(lines)
  const shifted = lines.get(line)
  if (shifted === undefined) throw new RangeError(`no line ${line}`)
  moved.set(line, { ...shifted, offset: (shifted.offset + minutes + shifted.headway) % shifted.headway })
  return costOf(moved, transfers, name) - costOf(lines, transfers, name)
}
