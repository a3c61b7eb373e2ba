/** What the escrow lives among, and the words in which it is asked. */
import type { LedgerModel } from './ledger.ts'
import type { RegistryModel } from './registry.ts'
import type { VaultModel } from './vault.ts'

export type Status =
  | 'None'
  | 'Open'
  | 'Delivered'
  | 'Disputed'
  | 'Settled'
  | 'Refunded'
  | 'Cancelled'
  | 'Resolved'
  | 'Revoked'

export interface DealRecord {
  status: Status
  paid: bigint
  claimed: bigint
  deliveredAt: bigint
  disputedAt: bigint
}

/** Who calls, and when (Unix time). */
export interface Call {
  sender: string
  now: bigint
}

/** Who signed what a call shows: nobody of account when it is a wrong signature, undefined when it is empty. */
export type SignedBy = string | undefined

/** What an arbitrator does when it is asked. */
export interface ArbitratorModel {
  maxDuration: bigint
  bondFor(amount: bigint): bigint
  /** Whether it reverts, whatever it is asked. */
  broken: boolean
  ruling: 'Pending' | 'Ruled' | 'Silent'
  defendantBps: bigint
}

export interface World {
  ledger: LedgerModel
  vault: VaultModel
  registry: RegistryModel
  arbitrator: ArbitratorModel
  addresses: { escrow: string; ledger: string; token: string; arbitrator: string }
  feeBps: bigint
}
