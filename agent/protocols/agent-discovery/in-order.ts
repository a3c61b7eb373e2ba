import type { Address } from '../../../protocol/types.ts'
import type { FoundAgent } from './search.ts'

/** Scores that differ by less than that may count as the same: a tenth of 1, which is 10^18. */
const STEP = 10n ** 17n

/**
 * Orders agents for use: those that can be reached first, then by distance or reputation. Among those that are as good the
 * lot decides, or all who ask would use the same one, and a little more of reputation would bring all the work.
 *
 * @param found in any order
 * @param draw numbers from 0 to 1, drawn by lot
 */
export function inOrder(
  found: readonly FoundAgent[],
  {
    isNearestFirst,
    isAway,
    draw,
  }: { isNearestFirst: boolean; isAway(agent: Address): boolean; draw(): number },
): FoundAgent[] {
  const rankOf = ({ distance = 0, standing }: FoundAgent) =>
    isNearestFirst ? distance : -Number((standing?.score ?? 0n) / STEP)
  return found
    .map((agent) => ({
      agent,
      absence: Number(isAway(agent.record.value.agent)),
      rank: rankOf(agent),
      lot: draw(),
    }))
    .sort((a, b) => a.absence - b.absence || a.rank - b.rank || a.lot - b.lot)
    .map(({ agent }) => agent)
}
