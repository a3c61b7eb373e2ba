import { z } from 'zod'
import { membersOf } from '../protocol/input.ts'
import type { Address, Hex } from '../protocol/types.ts'
import type { ReceivedIntent } from './protocols/intent-discovery/index.ts'
import { turnOf } from './strategy/index.ts'

/** How agents share intents out among those who can answer them; see `turnOf`. */
export interface Turns {
  /** How many agents answer at a time; 3 by default. */
  size?: number
  /** Milliseconds between turns; 300 by default. */
  pause?: number
}

export const turnsSchema = membersOf<Turns>({
  size: z.int().positive().optional(),
  pause: z.number().min(0).optional(),
})

/** Most intents that wait for their turn; the newest go without. */
const MOST_WAITING = 1_000

/**
 * Has intents heard at this agent's turn: at once by the first few of those that can answer, by others while it is still
 * open after them.
 *
 * @param mesh.agent this one
 * @param mesh.capable others that have a capability, as far as is known
 * @param mesh.isOpen whether an intent can still be answered, and none of its maker's took its place
 * @returns `hear`, to be called with each intent, and `end`, after which nothing that waits is heard
 */
export function inTurns(
  fn: (intent: ReceivedIntent) => void,
  { size = 3, pause = 300 }: Turns,
  mesh: { agent: Address; capable: (capability: string) => Address[]; isOpen: (hash: Hex) => boolean },
): { hear: (intent: ReceivedIntent) => void; end: () => void } {
  const waiting = new Set<NodeJS.Timeout>()
  const hear = (intent: ReceivedIntent) => {
    const { hash, value } = intent
    const turn = turnOf(hash, mesh.agent, mesh.capable(value.capability), size)
    if (turn === 0) return fn(intent)
    if (waiting.size >= MOST_WAITING) return
    const timer = setTimeout(() => {
      waiting.delete(timer)
      if (mesh.isOpen(hash)) fn(intent)
    }, turn * pause)
    waiting.add(timer)
  }
  return { hear, end: () => waiting.forEach(clearTimeout) }
}
