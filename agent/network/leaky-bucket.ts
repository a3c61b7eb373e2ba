/**
 * A leaky bucket is one number: the time, in milliseconds, at which it will be empty. It loses `perMinute` units a minute.
 * Source: the generic cell rate algorithm, ITU-T I.371, Annex A.
 */

/** How many units are in it. */
export function levelOf(emptyAt: number, perMinute: number, now: number): number {
  return (Math.max(0, emptyAt - now) * perMinute) / 60_000
}

/** When it will be empty after `units` more were poured in. */
export function filled(emptyAt: number, units: number, perMinute: number, now: number): number {
  return Math.max(emptyAt, now) + (units * 60_000) / perMinute
}
