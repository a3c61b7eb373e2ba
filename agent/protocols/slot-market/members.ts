import { RefusedError } from '../../../protocol/errors.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import { type Membership, membershipOf } from '../../chain/actions/clearing-house.ts'
import type { ChainClient } from '../../chain/client.ts'

/** How long what the chain said of a member is good enough to carry its orders, in milliseconds: it checks them again. */
const LIFE = 60_000
/** How long it is good enough to refuse somebody by, who may have been admitted since, in milliseconds. */
const REFUSAL_LIFE = 5_000
/** Most accounts that are remembered. */
const MOST = 2_000

/** Who may order in a market, remembered so that gossip need not wait for the chain. */
export class Members {
  readonly #chain: ChainClient
  readonly #house: Address
  readonly #market: Hex
  readonly #known = new Map<Address, { membership: Promise<Membership>; readAt: number }>()

  constructor(components: { chain: ChainClient; house: Address; market: Hex }) {
    this.#chain = components.chain
    this.#house = components.house
    this.#market = components.market
  }

  /**
   * What the chain says of an account: at most a minute ago; where that does not pass a test, at most five seconds ago.
   *
   * @throws ChainError when it does not answer
   */
  async of(account: Address, test: (membership: Membership) => boolean): Promise<Membership> {
    const known = this.#known.get(account)
    if (known === undefined || age(known) > LIFE) return this.fresh(account)
    const membership = await known.membership
    return test(membership) || age(known) <= REFUSAL_LIFE ? membership : this.fresh(account)
  }

  /** What the chain says of an account now. @throws ChainError when it does not answer */
  fresh(account: Address): Promise<Membership> {
    const membership = membershipOf(this.#chain.client, this.#house, this.#market, account)
    const known = { membership, readAt: performance.now() }
    this.#known.delete(account)
    this.#known.set(account, known)
    const [oldest] = this.#known.keys()
    if (this.#known.size > MOST && oldest !== undefined) this.#known.delete(oldest)
    membership.catch(() => this.#known.get(account) === known && this.#known.delete(account))
    return membership
  }
}

/**
 * Checks that an account may order, with a tariff.
 *
 * @throws RefusedError `NOT_MEMBER` or `TARIFF_WRONG`
 */
export function checkMember(account: Address, tariff: bigint, membership: Membership): void {
  if (!membership.admitted) {
    throw new RefusedError('NOT_MEMBER', 'An account is no member of a market.', {
      field: 'order.account',
      expected: 'an account that the market has admitted',
      received: account,
      remedy: 'Ask the admin of the market (`rules.admin`) for admission.',
    })
  }
  if (membership.tariff === tariff) return
  throw new RefusedError('TARIFF_WRONG', 'An order does not name the tariff of its account.', {
    field: 'order.tariff',
    expected: membership.tariff,
    received: tariff,
    remedy: 'Sign the tariff that the market has set.',
  })
}

function age({ readAt }: { readAt: number }): number {
  return performance.now() - readAt
}
