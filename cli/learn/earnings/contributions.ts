import { quantise } from '../../../agent/index.ts'
import type { Lesson } from './lesson.ts'
import type { Contribution } from './play.ts'
import type { ParticipantView, Strategy } from './strategies.ts'
import { OWNERS, SCALE, TERMS } from './terms.ts'
import type { Party } from './world.ts'

/** The owner who is dishonest, if one is: the last one. */
export const DISHONEST_OWNER = OWNERS - 1

/** What everybody knows when it commits to updates. */
export interface Occasion extends Pick<ParticipantView, 'changes' | 'published' | 'draw'> {
  base: Float32Array
  /** From 0. */
  round: number
}

/**
 * What is sent in a round: one update of each owner, and of the dishonest one as many as its strategy has.
 *
 * @param parties one identity of each owner, and then the others of the dishonest one
 */
export function contributionsOf(
  parties: readonly Party[],
  lesson: Lesson,
  { updates = ({ train }) => [train()], isMute = false }: Strategy,
  { base, round, ...known }: Occasion,
): Contribution[] {
  const sent = lesson.owned.flatMap((own, owner) => {
    const train = (rows = own) => lesson.update(base, rows, round, owner)
    return owner === DISHONEST_OWNER ? updates({ own, train, ...known }) : [train()]
  })
  return sent.flatMap((update, place) => {
    const party = parties[place]
    if (party === undefined) return []
    return { party, update: quantise(update, SCALE, TERMS.clip), isMute: isMute && place >= DISHONEST_OWNER }
  })
}
