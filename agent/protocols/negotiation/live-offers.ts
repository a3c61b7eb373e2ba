import { RefusedError } from '../../../protocol/errors.ts'
import type { Address } from '../../../protocol/types.ts'
import type { Deal } from '../../policy/deal.ts'

/** Most agents whose offers are counted; those that offered longest ago go first. */
const MOST_AGENTS = 1_000

/** How many offers of each other agent, made to this one, bind it still. */
export class LiveOffers {
  readonly #expiries = new Map<Address, bigint[]>()

  /**
   * Counts an offer.
   *
   * @param expiry last second at which it binds
   * @param now Unix seconds
   * @param most offers of an agent that may live at once
   * @throws RefusedError `TOO_MANY_OFFERS`
   */
  add(agent: Address, expiry: bigint, now: bigint, most: number): void {
    const live = (this.#expiries.get(agent) ?? []).filter((each) => each >= now)
    checkLiveOffers(live.length, most)
    live.push(expiry)
    this.#expiries.delete(agent)
    this.#expiries.set(agent, live)
    const [oldest] = this.#expiries.keys()
    if (this.#expiries.size > MOST_AGENTS && oldest !== undefined) this.#expiries.delete(oldest)
  }
}

/**
 * Checks that there is room for one more own offer.
 *
 * @param live deals that have not ended
 * @param peer whom it is for
 * @throws RefusedError `TOO_MANY_OFFERS`
 */
export function checkOwnOffers(
  live: readonly Pick<Deal, 'state' | 'peer'>[],
  peer: string,
  { most, mostPerPeer }: { most: number; mostPerPeer: number },
): void {
  const offered = live.filter(({ state }) => state === 'offered')
  checkLiveOffers(offered.length, most)
  checkLiveOffers(offered.filter((deal) => deal.peer === peer).length, mostPerPeer)
}

/** @throws RefusedError `TOO_MANY_OFFERS` when there is no room for one more */
function checkLiveOffers(live: number, most: number): void {
  if (live < most) return
  throw new RefusedError('TOO_MANY_OFFERS', 'An agent has too many offers that bind it still.', {
    field: 'offers',
    expected: `fewer than ${most}`,
    received: live,
    remedy: 'Wait until some have expired, or let offers bind for a shorter time (`policy.offerLife`).',
  })
}
