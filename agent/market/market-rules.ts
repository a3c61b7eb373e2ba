import type { Address } from '../../protocol/types.ts'
import type { ClearingRules } from './clearing.ts'
import type { SlotRules } from './slot-times.ts'

/** The rules of one energy market, of which its id is the hash; see `Market` in `IClearingHouse.sol`. */
export interface MarketRules extends ClearingRules, SlotRules {
  /** Admits and dismisses members. */
  admin: Address
  /** What is paid with. */
  token: Address
  /** Registers the meter keys of members. */
  attester: Address
  /** The ledger account that answers for deviations. */
  balancing: Address
  /** The ledger account that earns tariffs and roundings. */
  feeAccount: Address
  /** Minor units per kWh that a seller is paid for what it exported beyond what it sold. */
  excessPrice: bigint
  /** Wh, the most that one account can order, and be metered for, in one slot. */
  capacity: bigint
}
