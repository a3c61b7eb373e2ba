/** After so many tries an event is given up, and the next one is told. */
export const MAX_ATTEMPTS = 10
/** After so many tries a receiver that has never said that it wants to be told anything is forgotten. */
export const MAX_QUESTIONS = 5
/** After so many milliseconds of nothing but failures a webhook is switched off. */
export const MAX_FAILING = 24 * 3_600_000

/** Milliseconds until the second try, and at most until another one. */
const FIRST = 5_000
const LONGEST = 3_600_000

/** Milliseconds until the next try after so many failures in a row. */
export type Backoff = (failures: number) => number

/**
 * Twice as long each time, of which half is drawn by lot, so that receivers that failed together are not tried together.
 *
 * Source: "equal jitter", https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter
 *
 * @param random from 0 to 1
 */
export function backoff(failures: number, random: number): number {
  const whole = Math.min(FIRST * 2 ** Math.max(failures - 1, 0), LONGEST)
  return Math.round(whole / 2 + (whole / 2) * random)
}
