import { latLngToCell } from 'h3-js'
import { MONEY_DECIMALS } from '../../protocol/money.ts'
import type { Reader } from './reader.ts'

/** Resolution of the cell that a point becomes; its cells are about 400 m wide. */
const POINT_RESOLUTION = 9

const NAME = /[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)*/y
const BARE = /[A-Za-z0-9][A-Za-z0-9_./:+@-]*/y
const QUOTED = /"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"/y
const MONEY = /\$\d{1,12}(\.\d{1,6})?/y
const INTEGER = /-?\d{1,30}/y
const DECIMAL = /-?\d{1,8}(\.\d{1,12})?/y
const CELL = /8[0-9a-f]{14}(?![0-9A-Za-z_.])/y
const TIME = /\d{4}-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}Z)?)?(?![0-9A-Za-z_-])/y

export function takeName(reader: Reader, expected: string): string {
  return reader.take(NAME, expected)
}

/** A word, in quotation marks unless it is of letters, digits and `_./:+@-`. */
export function takeWord(reader: Reader): string {
  const quoted = reader.match(QUOTED)
  if (quoted !== undefined) return quoted.slice(1, -1).replace(/\\(["\\])/g, '$1')
  return reader.take(
    BARE,
    'a word, in quotation marks when it has other characters than letters, digits and _./:+@-',
  )
}

/** An integer, or an amount of the payment token like `$0.02`, which becomes minor units. */
export function takeInteger(reader: Reader): bigint {
  const money = reader.match(MONEY)
  if (money === undefined) return BigInt(reader.take(INTEGER, 'an integer, or an amount like $0.02'))
  const [whole = '', fraction = ''] = money.slice(1).split('.')
  return BigInt(whole + fraction.padEnd(MONEY_DECIMALS, '0'))
}

export function takeDecimal(reader: Reader, expected: string): number {
  return Number(reader.take(DECIMAL, expected))
}

/** An H3 cell, undefined when something else comes next. */
export function matchCell(reader: Reader): string | undefined {
  return reader.match(CELL)
}

/** A cell, or that of a point in GeoJSON's order: `[longitude, latitude]` in degrees (RFC 7946, section 3.1.1). */
export function takePlace(reader: Reader): string {
  const cell = matchCell(reader)
  if (cell !== undefined) return cell
  const { position } = reader
  reader.take(/\[/y, 'an H3 cell, or [longitude, latitude]')
  const longitude = takeDecimal(reader, 'a longitude in degrees')
  reader.take(/,/y, "','")
  const latitude = takeDecimal(reader, 'a latitude in degrees')
  reader.take(/\]/y, "']'")
  if (Math.abs(longitude) > 180 || Math.abs(latitude) > 90) {
    reader.fail('a longitude of at most 180 degrees, and a latitude of at most 90', position)
  }
  return latLngToCell(latitude, longitude, POINT_RESOLUTION)
}

/**
 * A time as ISO 8601 writes it, in UTC: a month, a day, or a second. A month or a day stands for all of it, a second for
 * the instant at which it begins.
 *
 * @returns Unix seconds at which it begins, and at which it ends; undefined when something else comes next
 */
export function matchTime(reader: Reader): { from: bigint; to: bigint } | undefined {
  const { position } = reader
  const text = reader.match(TIME)
  if (text === undefined) return undefined
  const [year = 0, month = 0, day = 1] = text.slice(0, 10).split('-').map(Number)
  const isInstant = text.includes('T')
  const padded = `${text}-01`.slice(0, 10)
  const start = new Date(isInstant ? text : `${padded}T00:00:00Z`)
  // JavaScript makes the 31st of April the first of May.
  if (Number.isNaN(start.getTime()) || start.toISOString().slice(0, 10) !== padded.slice(0, 10)) {
    reader.fail('a time that there is, like 2021-12, 2021-12-31 or 2021-12-31T23:59:59Z', position)
  }
  const end = isInstant
    ? start
    : text.length === 7
      ? new Date(Date.UTC(year, month, 1))
      : new Date(Date.UTC(year, month - 1, day + 1))
  return { from: secondsOf(start), to: secondsOf(end) }
}

function secondsOf(date: Date): bigint {
  return BigInt(date.getTime() / 1000)
}
