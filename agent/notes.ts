import { MeshError, messageOf, printable } from '../protocol/errors.ts'

/** How long a kind of fault is held back once it was told, in milliseconds. */
const INTERVAL = 60_000
/** Most kinds that are remembered, and so most notes in that time. */
const MAX_KINDS = 20

/**
 * An `onError` for people. Each kind of fault (a code of ours, or else what it says first) is told at most once a minute: whole, with
 * what to do, and with how often it came meanwhile. Twenty kinds are told in a minute; of others their number is. That an agent
 * leaves, or something was told to end, is no fault.
 *
 * @param print takes one note, of one line or several; by default it goes to standard error
 * @param clock monotonic milliseconds
 * @example
 * ```ts
 * const note = notes()
 * const network = new MeshNetwork({ bootstrapPeers, domains: ['energy'], onError: note })
 * network.connect().catch(note)
 * ```
 */
export function notes(
  print: (text: string) => void = (text) => console.error(text),
  clock: () => number = () => performance.now(),
): (error: unknown) => void {
  /** When each kind was told, and how often it came since; what was told last is last. */
  const kinds = new Map<string, { toldAt: number; held: number }>()
  /** How many were held back of kinds that are not remembered. */
  let others = 0
  return (error) => {
    if (isOfLeaving(error)) return
    const now = clock()
    const isHeld = ({ toldAt }: { toldAt: number }) => now - toldAt < INTERVAL
    const kind = kindOf(error)
    const known = kinds.get(kind)
    if (known !== undefined && isHeld(known)) {
      known.held++
      return
    }
    const [oldest] = kinds
    if (known === undefined && kinds.size >= MAX_KINDS && oldest !== undefined) {
      if (isHeld(oldest[1])) {
        others++
        return
      }
      others += oldest[1].held
      kinds.delete(oldest[0])
    }
    kinds.delete(kind)
    kinds.set(kind, { toldAt: now, held: 0 })
    const held = [count(known?.held ?? 0, 'like this'), count(others, 'of other kinds')].filter(Boolean)
    others = 0
    const lines = [`Note: ${textOf(error)}`, ...(held.length > 0 ? [`Held back: ${held.join(', ')}`] : [])]
    print(lines.join('\n  '))
  }
}

function isOfLeaving(error: unknown): boolean {
  if (error instanceof MeshError) return error.code === 'DISCONNECTED'
  return error instanceof Error && error.name === 'AbortError'
}

function kindOf(error: unknown): string {
  return error instanceof MeshError ? error.code : textOf(error)
}

function textOf(error: unknown): string {
  if (error instanceof MeshError) return error.message
  return printable(messageOf(error).split('\n')[0])
}

function count(held: number, what: string): string {
  return held === 0 ? '' : `${held} more ${what}`
}
