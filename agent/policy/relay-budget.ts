import { RefusedError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/types.ts'
import type { Policy } from './limits.ts'
import type { SlotRecords } from './slot-records.ts'

/** What may still be spent on the gas of something, in wei. */
export interface Budget {
  /**
   * Counts what a transaction may cost at most. Returns when that is on disk: what comes of it may stay unknown.
   *
   * @throws RefusedError `RELAY_LIMIT` when it is more than is left
   */
  reserve(most: bigint): Promise<void>
  /** Counts what a transaction has cost, in place of what was reserved for it. */
  spend(cost: bigint, reserved: bigint): Promise<void>
}

/** What relaying for others may cost, by the policy: for a slot, and on a day. */
export class RelayBudget {
  readonly #policy: Pick<Policy, 'maxRelayGasPerSlot' | 'maxRelayGasPerDay'>
  readonly #records: SlotRecords

  constructor(policy: Pick<Policy, 'maxRelayGasPerSlot' | 'maxRelayGasPerDay'>, records: SlotRecords) {
    this.#policy = policy
    this.#records = records
  }

  /** That of a slot. @param now Unix seconds */
  of(market: Hex, slot: bigint, now: bigint): Budget {
    const count = (cost: bigint) => this.#records.addCost(market, slot, now, cost)
    return {
      reserve: async (most) => {
        this.#check(market, slot, now, most)
        await count(most)
      },
      spend: (cost, reserved) => count(cost - reserved),
    }
  }

  #check(market: Hex, slot: bigint, now: bigint, most: bigint): void {
    const { maxRelayGasPerSlot, maxRelayGasPerDay } = this.#policy
    const forSlot = this.#records.costOf(market, slot) + most
    const onDay = this.#records.costOn(now) + most
    if (forSlot > maxRelayGasPerSlot) throw tooMuch('maxRelayGasPerSlot', maxRelayGasPerSlot, forSlot)
    if (onDay > maxRelayGasPerDay) throw tooMuch('maxRelayGasPerDay', maxRelayGasPerDay, onDay)
  }
}

function tooMuch(field: string, limit: bigint, cost: bigint): RefusedError {
  return new RefusedError(
    'RELAY_LIMIT',
    'Relaying would cost more gas than the policy allows, and stops here.',
    {
      field: `policy.${field}`,
      expected: `at most ${limit} wei`,
      received: `${cost} wei, with the next transaction`,
      remedy: 'Raise the limit, or leave it to others: members submit their own orders when no relayer does.',
    },
  )
}
