import { MAX_QUERY_LENGTH } from '../../protocol/limits.ts'
import { matchCell, matchTime, takeDecimal, takeInteger, takeName, takePlace, takeWord } from './literals.ts'
import {
  type Condition,
  type Extent,
  faultOfCondition,
  faultOfQuery,
  faultOfWithin,
  type Query,
  type Within,
} from './query.ts'
import { Reader } from './reader.ts'

/**
 * Reads a query.
 *
 *     query     = name { "," name } [ "where" condition { "and" condition } ]
 *                 [ "within" decimal "km" [ "of" ( cell | "[" decimal "," decimal "]" ) ] ] [ "limit" integer ]
 *     condition = name ( "<=" number | ">=" number | "=" word | ( "in" | "has" ) "(" word { "," word } ")"
 *                      | ( "covers" | "overlaps" ) ( number ".." number | time ".." time | cell ) )
 *               | "reputation" ">=" decimal | "stake" ">=" number
 *     number    = integer | "$" decimal       (minor units of the payment token, of which "$" is a million)
 *     time      = YYYY-MM | YYYY-MM-DD | YYYY-MM-DDThh:mm:ssZ
 *
 * @throws QueryError `QUERY_MALFORMED` with the position, what was expected there, and what stands there
 * @example
 * ```ts
 * parseQuery(`data.fx where pair = EUR/USD and period covers 2021-01..2024-12 and resolution = minute
 *   and price <= $0.02 and reputation >= 0.8 within 50 km of 871fae6e2ffffff limit 10`)
 * ```
 */
export function parseQuery(text: string): Query {
  if (typeof text !== 'string') new Reader(String(text)).fail('a query as text', 0)
  const reader = new Reader(text.slice(0, MAX_QUERY_LENGTH + 1))
  if (text.length > MAX_QUERY_LENGTH) reader.fail(`at most ${MAX_QUERY_LENGTH} characters`, MAX_QUERY_LENGTH)
  const query: Query = { capabilities: takeNames(reader), where: [] }
  if (reader.matchWord('where')) {
    do takeCondition(reader, query)
    while (reader.matchWord('and'))
  }
  if (reader.matchWord('within')) query.within = takeWithin(reader)
  const limitAt = reader.position
  if (reader.matchWord('limit')) query.limit = Number(reader.take(/\d{1,9}/y, 'a number of agents'))
  if (!reader.isAtEnd) reader.fail(whatMayFollow(query))
  const fault = faultOfQuery(query)
  if (fault !== undefined) reader.fail(fault.expected, fault.field === 'limit' ? limitAt : 0)
  return query
}

function takeNames(reader: Reader): string[] {
  const names = [takeName(reader, 'the name of a capability')]
  while (reader.match(/,/y) !== undefined) names.push(takeName(reader, 'the name of another capability'))
  return names
}

function takeCondition(reader: Reader, query: Query): void {
  const { position } = reader
  const attribute = takeName(reader, 'the name of an attribute')
  if (attribute === 'reputation' || attribute === 'stake') {
    takeLeast(reader, query, attribute, position)
    return
  }
  const condition: Condition = { attribute, ...takeOperator(reader) }
  const fault = faultOfCondition(condition)
  if (fault !== undefined) reader.fail(fault.expected, position)
  query.where.push(condition)
}

function takeLeast(reader: Reader, query: Query, what: 'reputation' | 'stake', position: number): void {
  const member = what === 'reputation' ? 'minReputation' : 'minStake'
  if (query[member] !== undefined) reader.fail(`${what} only once`, position)
  reader.take(/>=/y, "'>='")
  const valueAt = reader.position
  if (what === 'reputation') query.minReputation = takeDecimal(reader, 'a number from 0 to 1')
  else query.minStake = takeInteger(reader)
  const fault = faultOfQuery({ ...query, where: [] })
  if (fault?.field === member) reader.fail(fault.expected, valueAt)
}

type Operator = Condition extends infer C ? (C extends unknown ? Omit<C, 'attribute'> : never) : never

function takeOperator(reader: Reader): Operator {
  if (reader.match(/<=/y) !== undefined) return { atMost: takeInteger(reader) }
  if (reader.match(/>=/y) !== undefined) return { atLeast: takeInteger(reader) }
  if (reader.match(/=/y) !== undefined) return { oneOf: [takeWord(reader)] }
  if (reader.matchWord('in')) return { oneOf: takeList(reader) }
  if (reader.matchWord('has')) return { allOf: takeList(reader) }
  if (reader.matchWord('covers')) return { covers: takeExtent(reader) }
  if (reader.matchWord('overlaps')) return { overlaps: takeExtent(reader) }
  return reader.fail("'<=', '>=', '=', 'in', 'has', 'covers' or 'overlaps'")
}

function takeList(reader: Reader): string[] {
  reader.take(/\(/y, "'('")
  const words = [takeWord(reader)]
  while (reader.match(/,/y) !== undefined) words.push(takeWord(reader))
  reader.take(/\)/y, "',' or ')'")
  return words
}

function takeExtent(reader: Reader): Extent {
  const cell = matchCell(reader)
  if (cell !== undefined) return { cell }
  const first = matchTime(reader)
  if (first === undefined) {
    const min = takeInteger(reader)
    reader.take(/\.\./y, "'..'")
    return { min, max: takeInteger(reader) }
  }
  reader.take(/\.\./y, "'..'")
  const last = matchTime(reader) ?? reader.fail('a time like 2021-12, 2021-12-31 or 2021-12-31T23:59:59Z')
  return { from: first.from, to: last.to }
}

function takeWithin(reader: Reader): Within {
  const { position } = reader
  const km = takeDecimal(reader, 'a number of kilometres')
  reader.takeWord('km')
  const within = reader.matchWord('of') ? { km, of: takePlace(reader) } : { km }
  const fault = faultOfWithin(within)
  if (fault !== undefined) reader.fail(fault.expected, position)
  return within
}

function whatMayFollow({ where, within, limit }: Query): string {
  if (limit !== undefined) return 'the end'
  if (within !== undefined) return "'limit' or the end"
  return where.length > 0
    ? "'and', 'within', 'limit' or the end"
    : "',', 'where', 'within', 'limit' or the end"
}
