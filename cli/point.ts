import type { LonLat } from '../agent/index.ts'

/** The point that a text such as `4.3902,52.0462` means, longitude first; undefined when it means none. */
export function pointOf(text: string): LonLat | undefined {
  const [longitude = Number.NaN, latitude = Number.NaN, ...rest] = text.split(',').map(Number)
  const isPoint = rest.length === 0 && Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90
  return isPoint && !/(^|,)\s*(,|$)/.test(text) ? [longitude, latitude] : undefined
}
