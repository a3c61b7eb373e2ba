/** Bytes of a unit: content is billed by units that were begun, one answer each. */
export const UNIT = 65_536
/** Longest content that is fetched, in bytes: who says that it has a longer one would be paid for that. */
const LONGEST = 64 * 1024 * 1024

/** Units that a content is billed as. @throws RangeError when the length is no whole number of bytes */
export function unitsOf(length: number): number {
  if (!Number.isSafeInteger(length) || length < 0) throw new RangeError(`no length in bytes: ${length}`)
  return Math.ceil(length / UNIT)
}

/** One unit of a content, the first being 0; empty beyond its end. */
export function unitOf(content: Uint8Array, index: number): Uint8Array {
  return content.subarray(index * UNIT, (index + 1) * UNIT)
}

/** The ways on which a content is to be had (who lacks it tells no length, and a liar one that cannot be), the cheapest first. */
export function cheapestFirst<R extends { price: bigint; length: number | undefined }>(
  ways: readonly R[],
): R[] {
  return ways
    .filter(({ length = -1 }) => Number.isSafeInteger(length) && length >= 0 && length <= LONGEST)
    .toSorted((a, b) => Number(a.price - b.price))
}
