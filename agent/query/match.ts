import type { Attribute, Capability, CapabilityRecord } from '../../protocol/types.ts'
import { centerOf, containsCell, distanceBetween, type Point } from './geography.ts'
import type { Condition, Extent, Query } from './query.ts'

/**
 * Whether a record says what a query asks for. Reputation and stake are not its to say: the chain knows them.
 *
 * @param query within its bounds, and with a cell that its circle is around
 */
export function matches(query: Query, record: Pick<CapabilityRecord, 'capabilities' | 'area'>): boolean {
  return claims(query, record) && isWithin(query, centerOf(query.within?.of ?? ''), centerOf(record.area))
}

/** Whether a record has all capabilities that a query asks for, wherever its agent is. */
export function claims(
  { capabilities, where }: Query,
  record: Pick<CapabilityRecord, 'capabilities'>,
): boolean {
  return capabilities.every((name) =>
    record.capabilities.some((capability) => capability.name === name && fulfils(capability, where)),
  )
}

/** Whether a place is in the circle of a query, if it has one, around its centre. */
export function isWithin({ within }: Query, center: Point | undefined, place: Point | undefined): boolean {
  if (within === undefined) return true
  const distance = distanceBetween(center, place)
  return distance !== undefined && distance <= within.km
}

/** A score of the registry that is a hundredth of a per cent. */
const SCORE_STEP = 10n ** 14n

/** Whether the chain says of an agent what a query asks for; of one of which it says nothing, it does only if nothing is asked. */
export function isReputable(
  { minReputation, minStake }: Pick<Query, 'minReputation' | 'minStake'>,
  standing: { readonly score: bigint; readonly freeStake: bigint } | undefined,
): boolean {
  const { score = -1n, freeStake = -1n } = standing ?? {}
  return (
    (minReputation === undefined || score >= BigInt(Math.round(minReputation * 10_000)) * SCORE_STEP) &&
    (minStake === undefined || freeStake >= minStake)
  )
}

function fulfils(capability: Capability, conditions: readonly Condition[]): boolean {
  return conditions.every((condition) => {
    const { attribute: name } = condition
    if (name === 'version' || name === 'model') {
      return 'oneOf' in condition && condition.oneOf.includes(capability[name])
    }
    const attribute = capability.attributes.find((candidate) => candidate.name === name)
    return attribute !== undefined && isFulfilled(attribute, condition)
  })
}

function isFulfilled(attribute: Attribute, condition: Condition): boolean {
  if ('covers' in condition) return covers(attribute, condition.covers)
  if ('overlaps' in condition) return overlaps(attribute, condition.overlaps)
  if (attribute.type === 'range') {
    if ('atMost' in condition) return attribute.min <= condition.atMost
    return 'atLeast' in condition && attribute.max >= condition.atLeast
  }
  if (attribute.type !== 'set') return false
  if ('oneOf' in condition) return condition.oneOf.some((word) => attribute.values.includes(word))
  return 'allOf' in condition && condition.allOf.every((word) => attribute.values.includes(word))
}

function covers(attribute: Attribute, extent: Extent): boolean {
  switch (attribute.type) {
    case 'range':
      return 'min' in extent && attribute.min <= extent.min && attribute.max >= extent.max
    case 'span':
      return 'from' in extent && attribute.from <= extent.from && attribute.to >= extent.to
    case 'area':
      return 'cell' in extent && attribute.cells.some((cell) => containsCell(cell, extent.cell))
    case 'set':
      return false
  }
}

function overlaps(attribute: Attribute, extent: Extent): boolean {
  switch (attribute.type) {
    case 'range':
      return 'min' in extent && attribute.min <= extent.max && attribute.max >= extent.min
    case 'span':
      return 'from' in extent && attribute.from < extent.to && attribute.to > extent.from
    case 'area':
      return (
        'cell' in extent &&
        attribute.cells.some((cell) => containsCell(cell, extent.cell) || containsCell(extent.cell, cell))
      )
    case 'set':
      return false
  }
}
