import { zeroAddress } from 'viem'
import { RefusedError } from '../../../protocol/errors.ts'
import type { Address, Hex } from '../../../protocol/types.ts'
import { type Membership, membershipOf } from '../../chain/actions/clearing-house.ts'
import type { ChainClient } from '../../chain/client.ts'
import { MAX_ORDERS } from './constants.ts'

/** How long what the chain said of a member is good enough to carry its orders, in milliseconds: it checks them again. */
const LIFE = 60_000
/** How long it is good enough to refuse somebody by, who may have been admitted since, in milliseconds. */
const REFUSAL_LIFE = 5_000
/** Most members that are remembered, and most other accounts; those that were asked about longest ago go first. */
const MOST = 2_000
/**
 * Most accounts that are asked about at a time and are no known members: they cost nothing to make, and asking does. As many
 * as a slot has orders, so that there is room for all members at once.
 */
const MOST_ASKED = MAX_ORDERS

interface Known {
  membership: Membership
  readAt: number
}

/** Who may order in a market, remembered so that gossip need not wait for the chain. */
export class Members {
  readonly #chain: ChainClient
  readonly #house: Address
  readonly #market: Hex
  readonly #members = new Map<Address, Known>()
  /** Apart from members, whom anybody could else crowd out. */
  readonly #others = new Map<Address, Known>()
  readonly #asked = new Map<Address, Promise<Membership>>()
  /** How many of those that are being asked about are no known members. */
  #strangers = 0

  constructor(components: { chain: ChainClient; house: Address; market: Hex }) {
    this.#chain = components.chain
    this.#house = components.house
    this.#market = components.market
  }

  /**
   * What the chain says of an account: at most a minute ago; where that does not pass a test, at most five seconds ago.
   *
   * @throws ChainError when it does not answer; RefusedError `TOO_MANY_STRANGERS`
   */
  async of(account: Address, test: (membership: Membership) => boolean): Promise<Membership> {
    const known = this.#members.get(account) ?? this.#others.get(account)
    const life = known !== undefined && test(known.membership) ? LIFE : REFUSAL_LIFE
    if (known !== undefined && age(known) <= life) return known.membership
    const asked = this.#asked.get(account)
    if (asked !== undefined) return asked
    if (this.#members.has(account)) return this.fresh(account)
    if (this.#strangers >= MOST_ASKED) throw tooManyStrangers()
    this.#strangers += 1
    return this.fresh(account).finally(() => {
      this.#strangers -= 1
    })
  }

  /** What the chain says of an account now. @throws ChainError when it does not answer */
  async fresh(account: Address): Promise<Membership> {
    const asked = membershipOf(this.#chain.client, this.#house, this.#market, account)
    this.#asked.set(account, asked)
    try {
      const membership = await asked
      this.#remember(account, { membership, readAt: performance.now() })
      return membership
    } finally {
      if (this.#asked.get(account) === asked) this.#asked.delete(account)
    }
  }

  /** Whose meter is known may have been a member until lately. */
  #remember(account: Address, known: Known): void {
    const { admitted, meter } = known.membership
    for (const accounts of [this.#members, this.#others]) accounts.delete(account)
    const accounts = admitted || meter !== zeroAddress ? this.#members : this.#others
    accounts.set(account, known)
    const [oldest] = accounts.keys()
    if (accounts.size > MOST && oldest !== undefined) accounts.delete(oldest)
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

function tooManyStrangers(): RefusedError {
  return new RefusedError('TOO_MANY_STRANGERS', 'Too many unknown accounts speak in a market at a time.', {
    expected: `at most ${MOST_ASKED}`,
    remedy: 'Send again later.',
  })
}

function age({ readAt }: Known): number {
  return performance.now() - readAt
}
