import type { Condition, Extent, Query } from './query.ts'

/** Words that need no quotation marks. */
const BARE = /^[A-Za-z0-9][A-Za-z0-9_./:+@-]*$/

/**
 * Writes a query as text, always in the same way, so that parsing it gives the same query.
 *
 * @param query within its bounds; see `checkQuery`
 * @example
 * ```ts
 * printQuery({ capabilities: ['data.fx'], where: [{ attribute: 'pair', oneOf: ['EUR/USD'] }], minReputation: 0.8 })
 * // 'data.fx where pair = EUR/USD and reputation >= 0.8'
 * ```
 */
export function printQuery({ capabilities, where, within, minReputation, minStake, limit }: Query): string {
  const conditions = where.map(printCondition)
  if (minReputation !== undefined) conditions.push(`reputation >= ${minReputation}`)
  if (minStake !== undefined) conditions.push(`stake >= ${minStake}`)
  const parts = [capabilities.join(', ')]
  if (conditions.length > 0) parts.push(`where ${conditions.join(' and ')}`)
  if (within !== undefined) {
    parts.push(`within ${within.km} km${within.of === undefined ? '' : ` of ${within.of}`}`)
  }
  if (limit !== undefined) parts.push(`limit ${limit}`)
  return parts.join(' ')
}

function printCondition(condition: Condition): string {
  const { attribute } = condition
  if ('atMost' in condition) return `${attribute} <= ${condition.atMost}`
  if ('atLeast' in condition) return `${attribute} >= ${condition.atLeast}`
  if ('covers' in condition) return `${attribute} covers ${printExtent(condition.covers)}`
  if ('overlaps' in condition) return `${attribute} overlaps ${printExtent(condition.overlaps)}`
  if ('allOf' in condition) return `${attribute} has ${printList(condition.allOf)}`
  const [word = ''] = condition.oneOf
  return condition.oneOf.length === 1
    ? `${attribute} = ${printWord(word)}`
    : `${attribute} in ${printList(condition.oneOf)}`
}

function printExtent(extent: Extent): string {
  if ('cell' in extent) return extent.cell
  if ('from' in extent) return `${printTime(extent.from)}..${printTime(extent.to)}`
  return `${extent.min}..${extent.max}`
}

function printTime(seconds: bigint): string {
  return new Date(Number(seconds) * 1000).toISOString().replace('.000Z', 'Z')
}

function printList(words: readonly string[]): string {
  return `(${words.map(printWord).join(', ')})`
}

function printWord(word: string): string {
  return BARE.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`
}
