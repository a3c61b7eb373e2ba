/** Seed of the lots that tests of learning draw, from the environment variable SEED or the clock; tests print it. */
export const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31)
