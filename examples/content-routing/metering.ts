/** Bytes of a unit: content is billed by units that were begun, one answer each. */
export const UNIT = 65_536

/** Units that a content is billed as. @throws RangeError when the length is no whole number of bytes */
export function unitsOf(length: number): number {
  if (!Number.isSafeInteger(length) || length < 0) throw new RangeError(`no length in bytes: ${length}`)
  return Math.ceil(length / UNIT)
}

/** One unit of a content, the first being 0; empty beyond its end. */
export function unitOf(content: Uint8Array, index: number): Uint8Array {
  return content.subarray(index * UNIT, (index + 1) * UNIT)
}

/** The ways on which a content is to be had (who lacks it tells no length), the cheapest first. */
export function cheapestFirst<R extends { price: bigint; length: number | undefined }>(
  ways: readonly R[],
): R[] {
  return ways.filter(({ length }) => length !== undefined).toSorted((a, b) => Number(a.price - b.price))
}
