/** Odd constants of MurmurHash3's finaliser. */
const [FIRST, SECOND] = [0x85ebca6b, 0xc2b2ae35]

/**
 * A seed for a part of a run, such as one client's round, so that its draws depend on no other part's.
 *
 * Source: the finaliser of MurmurHash3, https://github.com/aappleby/smhasher (public domain), once for each number.
 *
 * @param seed any integer; of larger ones the lowest 32 bits count
 * @param path integers that name the part
 *
 * @example
 * ```ts
 * uniformDraws(derivedSeed(1, round, client))
 * ```
 */
export function derivedSeed(seed: number, ...path: number[]): number {
  return path.reduce((state, step) => {
    let bits = (state ^ Math.imul(step + 1, SECOND)) | 0
    bits = Math.imul(bits ^ (bits >>> 16), FIRST)
    bits = Math.imul(bits ^ (bits >>> 13), SECOND)
    return bits ^ (bits >>> 16)
  }, seed | 0)
}

/**
 * Numbers from the normal distribution of mean 0 and variance 1.
 *
 * Source: Box and Muller, "A note on the generation of random normal deviates" (1958).
 *
 * @param draw uniform numbers from 0 to below 1
 */
export function normalDraws(draw: () => number): () => number {
  let spare: number | undefined
  return () => {
    if (spare !== undefined) {
      const value = spare
      spare = undefined
      return value
    }
    const radius = Math.sqrt(-2 * Math.log(1 - draw()))
    const angle = 2 * Math.PI * draw()
    spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }
}

/**
 * The integers from 0 to below `count` in random sequence, each sequence as likely.
 *
 * Source: Durstenfeld, "Algorithm 235: random permutation" (1964), the shuffle of Fisher and Yates.
 *
 * @param draw uniform numbers from 0 to below 1
 */
export function permutation(count: number, draw: () => number): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index)
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(draw() * (last + 1))
    const value = order[last] ?? 0
    order[last] = order[other] ?? 0
    order[other] = value
  }
  return order
}
