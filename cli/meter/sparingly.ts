import { MeshError, messageOf } from '../../protocol/errors.ts'

/** How long nothing more is said of the same fault, in milliseconds. */
const PAUSE = 60_000

/**
 * Says faults that may come with every message of a meter once a minute each, with how many there have been.
 *
 * @param clock monotonic milliseconds
 */
export function sparingly(say: (line: string) => void, clock = () => performance.now()) {
  const known = new Map<string, { saidAt: number; count: number }>()
  return (error: unknown, home?: string): void => {
    const { code, field, expected, received } =
      error instanceof MeshError
        ? error
        : { code: 'ERROR', field: undefined, expected: undefined, received: messageOf(error) }
    const what = [code, home, field].filter(Boolean).join(' ')
    const { saidAt, count } = known.get(what) ?? { saidAt: Number.NEGATIVE_INFINITY, count: 0 }
    const isDue = clock() - saidAt >= PAUSE
    known.set(what, { saidAt: isDue ? clock() : saidAt, count: count + 1 })
    if (!isDue) return
    const found = received === undefined ? '' : `: ${received}`
    const wanted = expected === undefined ? '' : `; expected ${expected}`
    say(`${what}${found}${wanted}${count === 0 ? '' : ` (${count + 1} so far)`}`)
  }
}
