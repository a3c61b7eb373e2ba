import { shareOf } from '../../../protocol/types.ts'

/** What the chain and the protocol cost a trip. Every figure is an assumption that can be changed, and stated with a result. */
export interface PlatformCost {
  /** Gas of opening and settling one agreement. */
  gas: bigint
  /** Wei for a unit of gas on the rollup. */
  gasPrice: bigint
  /** Bytes that the rollup posts for it. */
  bytes: bigint
  /** Wei for a byte in a blob of the chain below. */
  bytePrice: bigint
  /** Minor units of the payment token for one ether. */
  etherPrice: bigint
  /** The protocol's fee, in basis points of the fare. */
  feeBps: bigint
}

/**
 * A rollup on Ethereum: prefunded agreements cost 144,500 gas (`npm run gas`) and 900 bytes of calldata; 0.02 gwei for
 * gas and 1 gwei for a byte are above what such rollups asked for in most of 2025; ether at 3,000 dollars.
 */
export const usualRollup: PlatformCost = {
  gas: 144_500n,
  gasPrice: 20_000_000n,
  bytes: 900n,
  bytePrice: 1_000_000_000n,
  etherPrice: 3_000_000_000n,
  feeBps: 25n,
}

const WEI = 10n ** 18n

/** What the chain takes for one trip, in minor units, rounded up. */
export function gasCostOf({ gas, gasPrice, bytes, bytePrice, etherPrice }: PlatformCost): bigint {
  return ((gas * gasPrice + bytes * bytePrice) * etherPrice + WEI - 1n) / WEI
}

/** The protocol's fee on a fare, in minor units, rounded down as the escrow does. */
export function protocolFeeOf(fare: bigint, { feeBps }: PlatformCost): bigint {
  return shareOf(fare, feeBps)
}
