import { randomInt } from 'node:crypto'
import { type Arbitrary, configureGlobal, sample } from 'fast-check'

/** Every process of a run draws the same: mocha's workers are started with the environment of the first. */
process.env.MESH_TEST_SEED ??= String(randomInt(2 ** 31))

/**
 * What chance in the tests begins with. `npm test` takes it from the sources that it tests, so that they pass or fail wherever they
 * are tested, and other sources are tested with other values; `MESH_TEST_SEED=5` repeats a run, `MESH_TEST_SEED=random` draws anew.
 */
export const SEED = Number(process.env.MESH_TEST_SEED)
if (!Number.isSafeInteger(SEED)) {
  throw new Error(`MESH_TEST_SEED is ${process.env.MESH_TEST_SEED}: a whole number, or leave it out`)
}

configureGlobal({ seed: SEED })

let draws = 0

/** One value, another at each call. */
export function draw<T>(values: Arbitrary<T>): T {
  const [value] = sample(values, { numRuns: 1, seed: (SEED + draws++) % 2 ** 31 })
  if (value === undefined) throw new Error('fast-check gave no sample')
  return value
}
