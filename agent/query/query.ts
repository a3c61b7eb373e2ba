import { isValidCell } from 'h3-js'
import { isAttributeName, isName, isWord } from '../../protocol/capability.ts'
import { QueryError } from '../../protocol/errors.ts'
import {
  MAX_ANSWERS,
  MAX_DISTANCE,
  MAX_QUERY_CAPABILITIES,
  MAX_QUERY_CONDITIONS,
  MAX_QUERY_WORDS,
  MAX_TIME,
} from '../../protocol/limits.ts'

/** Numbers (both ends included), a time (half-open, Unix seconds), or an H3 cell. */
export type Extent = { min: bigint; max: bigint } | { from: bigint; to: bigint } | { cell: string }

/**
 * What an attribute must fulfil. One of another type, or none of that name, does not.
 *
 * - `atMost`, `atLeast`: a number of the range is at most, or at least, so much
 * - `oneOf`, `allOf`: the set has one of the words, or all of them
 * - `covers`: all of the extent is in the range or the span, or in one cell of the area
 * - `overlaps`: some of the extent is in the range, span or area
 *
 * The attributes `version` and `model` are the capability's own, and know `oneOf` alone.
 */
export type Condition = { attribute: string } & (
  | { atMost: bigint }
  | { atLeast: bigint }
  | { oneOf: string[] }
  | { allOf: string[] }
  | { covers: Extent }
  | { overlaps: Extent }
)

/** A circle: how far the centre of an agent's cell may be from that of another cell. */
export interface Within {
  /** Kilometres along a great circle, to the metre. */
  km: number
  /** H3 cell; without one it is the cell of who asks. */
  of?: string
}

/** Which agents are looked for: those that fulfil all of it. */
export interface Query {
  /** An agent has all of them. */
  capabilities: string[]
  /** One capability of each name fulfils all of it. */
  where: Condition[]
  within?: Within
  /** Least reputation on chain, from 0 to 1, to a hundredth of a per cent. */
  minReputation?: number
  /** Least free stake, in minor units of the stake token. */
  minStake?: bigint
  /** Most agents that are wanted. */
  limit?: number
}

/** What is wrong with a part of a query. */
export interface Fault {
  field: string
  expected: string
  received: unknown
}

const INT64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n }
const MAX_UINT96 = 2n ** 96n - 1n

/** @throws QueryError `QUERY_INVALID` naming the field that is out of its bounds */
export function checkQuery(query: Query): void {
  const fault = faultOfQuery(query)
  if (fault === undefined) return
  throw new QueryError('QUERY_INVALID', 'A query is out of its bounds.', {
    ...fault,
    field: `query.${fault.field}`,
    remedy: 'Change this part of the query: docs/protocol/agents.md has the language and its bounds.',
  })
}

/** What is wrong with a query, undefined when nothing is. */
export function faultOfQuery(query: Query): Fault | undefined {
  const { capabilities, where, within, minReputation, minStake, limit } = query
  if (
    capabilities.length < 1 ||
    capabilities.length > MAX_QUERY_CAPABILITIES ||
    !capabilities.every(isName)
  ) {
    return {
      field: 'capabilities',
      expected: `1 to ${MAX_QUERY_CAPABILITIES} names like data.fx`,
      received: capabilities.join(', '),
    }
  }
  if (where.length > MAX_QUERY_CONDITIONS) {
    return { field: 'where', expected: `at most ${MAX_QUERY_CONDITIONS} conditions`, received: where.length }
  }
  const words = where.flatMap(wordsOf).length
  if (words > MAX_QUERY_WORDS) {
    return { field: 'where', expected: `at most ${MAX_QUERY_WORDS} words`, received: words }
  }
  for (const [index, condition] of where.entries()) {
    const fault = faultOfCondition(condition)
    if (fault !== undefined) return { ...fault, field: `where[${index}].${fault.field}` }
  }
  if (within !== undefined) {
    const fault = faultOfWithin(within)
    if (fault !== undefined) return fault
  }
  if (minReputation !== undefined && !isStep(minReputation, 1, 10_000)) {
    return { field: 'minReputation', expected: '0 to 1, at most four decimals', received: minReputation }
  }
  if (minStake !== undefined && (minStake < 0n || minStake > MAX_UINT96)) {
    return { field: 'minStake', expected: `0 to ${MAX_UINT96}`, received: minStake }
  }
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= MAX_ANSWERS)) {
    return { field: 'limit', expected: `1 to ${MAX_ANSWERS}`, received: limit }
  }
  return undefined
}

/** What is wrong with a condition, undefined when nothing is. */
export function faultOfCondition(condition: Condition): Fault | undefined {
  const { attribute } = condition
  const isOwn = attribute === 'version' || attribute === 'model'
  if (isOwn && !('oneOf' in condition)) {
    return { field: attribute, expected: 'one of some words', received: Object.keys(condition).join(', ') }
  }
  if (!isOwn && !isAttributeName(attribute)) {
    return { field: 'attribute', expected: 'the name of an attribute', received: attribute }
  }
  if ('atMost' in condition) return faultOfNumber(condition.atMost, 'atMost')
  if ('atLeast' in condition) return faultOfNumber(condition.atLeast, 'atLeast')
  if ('covers' in condition) return faultOfExtent(condition.covers, 'covers')
  if ('overlaps' in condition) return faultOfExtent(condition.overlaps, 'overlaps')
  const words = wordsOf(condition)
  const isRight = words.length > 0 && words.every(isWord) && new Set(words).size === words.length
  if (isRight) return undefined
  return {
    field: 'oneOf' in condition ? 'oneOf' : 'allOf',
    expected: 'words of printable ASCII, 1 to 64 characters long, each once',
    received: words.join(', '),
  }
}

/** What is wrong with a circle, undefined when nothing is. */
export function faultOfWithin({ km, of }: Within): Fault | undefined {
  if (!isStep(km, MAX_DISTANCE, 1000)) {
    return { field: 'within.km', expected: `0 to ${MAX_DISTANCE}, at most three decimals`, received: km }
  }
  if (of === undefined || isValidCell(of)) return undefined
  return { field: 'within.of', expected: 'an H3 cell', received: of }
}

function wordsOf(condition: Condition): string[] {
  if ('oneOf' in condition) return condition.oneOf
  return 'allOf' in condition ? condition.allOf : []
}

function faultOfNumber(value: bigint, field: string): Fault | undefined {
  if (value >= INT64.min && value <= INT64.max) return undefined
  return { field, expected: 'an integer of 64 bits', received: value }
}

function faultOfExtent(extent: Extent, field: string): Fault | undefined {
  if ('cell' in extent) {
    return isValidCell(extent.cell) ? undefined : { field, expected: 'an H3 cell', received: extent.cell }
  }
  if ('from' in extent) {
    const { from, to } = extent
    if (from >= 0n && from < to && to <= MAX_TIME) return undefined
    return {
      field,
      expected: 'a time that ends after it begins, before the year 10000',
      received: `${from}..${to}`,
    }
  }
  const { min, max } = extent
  if (min <= max && min >= INT64.min && max <= INT64.max) return undefined
  return { field, expected: 'integers of 64 bits, the smaller one first', received: `${min}..${max}` }
}

/** Whether a number is from 0 to `most`, and a multiple of 1 / `steps` as decimals write it. */
function isStep(value: number, most: number, steps: number): boolean {
  return value >= 0 && !Object.is(value, -0) && value <= most && Math.round(value * steps) / steps === value
}
