/** Bytes of a repeating pattern, other ones for each seed; of them no two chunks are alike. */
export function sampleBytes(length: number, seed = 1): Uint8Array {
  let state = seed
  return Uint8Array.from({ length }, () => {
    // Source: the generator of Numerical Recipes, as good as it needs to be here.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state >>> 24
  })
}
