/**
 * Quotient rounded down, towards negative infinity, as money is rounded here and on chain.
 *
 * @example roundDown(-1n, 1000n) // -1n
 */
export function roundDown(amount: bigint, divisor: bigint): bigint {
  const quotient = amount / divisor
  return amount % divisor < 0n ? quotient - 1n : quotient
}
