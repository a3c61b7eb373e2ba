/** Uniform numbers from 0 to below 1, always the same for a seed: mulberry32, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export function uniformDraws(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), state | 1)
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61)
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32
  }
}
