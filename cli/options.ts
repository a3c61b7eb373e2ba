import { InvalidArgumentError } from 'commander'
import type { LonLat } from '../agent/index.ts'
import { parseDecimal } from '../community/decimal.ts'
import { pointOf } from './point.ts'

/** Parser of an option that is a whole number from `least` to `most`. */
export function integer(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new InvalidArgumentError(`It has to be a whole number from ${least} to ${most}.`)
  }
}

/** Parser of an option that is a number above 0. */
export function positive(text: string): number {
  const value = /^\d*\.?\d+(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN
  if (Number.isFinite(value) && value > 0) return value
  throw new InvalidArgumentError('It has to be a number above 0.')
}

/** Parser of an option that is a number above 0, and at most 1. */
export function share(text: string): number {
  const value = positive(text)
  if (value <= 1) return value
  throw new InvalidArgumentError('It has to be a number above 0, and at most 1.')
}

/** Parser of an option that is a number of seconds from `least` to `most`. */
export function seconds(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = parseDecimal(text) === undefined ? Number.NaN : Number(text)
    if (value >= least && value <= most) return value
    throw new InvalidArgumentError(`It has to be a number of seconds from ${least} to ${most}.`)
  }
}

const UNITS: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600 }

/** Parser of an option that is a time such as `90s`, `10min` or `1h`, of `least` to `most` seconds. @returns seconds */
export function duration(least: number, most: number): (text: string) => number {
  return (text) => {
    const [, count, unit = ''] = /^(\d{1,6})(s|min|h)$/.exec(text) ?? []
    const value = Number(count) * (UNITS[unit] ?? Number.NaN)
    if (value >= least && value <= most) return value
    throw new InvalidArgumentError(`It has to be a time such as 90s, 10min or 1h, of ${least} to ${most} s.`)
  }
}

/** Parser of an option that is a point. */
export function point(text: string): LonLat {
  const value = pointOf(text.trim())
  if (value !== undefined) return value
  throw new InvalidArgumentError('It has to be a point, longitude first: 4.3902,52.0462')
}

/** Parser of an option that is an amount of money, kept as it was written. */
export function decimal(text: string): string {
  if (parseDecimal(text) !== undefined) return text
  throw new InvalidArgumentError('It has to be a number such as 0.25.')
}

/** Parser of an option that may be given several times: all its values, in their sequence. */
export function collected(value: string, others: string[] = []): string[] {
  return [...others, value]
}
