import fc from 'fast-check'
import { latLngToCell } from 'h3-js'
import type { Condition, Extent, Query } from '../../../../agent/query/query.ts'
import { MAX_DISTANCE } from '../../../../protocol/limits.ts'
import type { Attribute, Capability, CapabilityRecord } from '../../../../protocol/types.ts'
import * as wire from '../../../protocol/support/arbitraries.ts'

/** Any query within its bounds. */
const extent: fc.Arbitrary<Extent> = fc.oneof(
  wire.range.map(([min, max]) => ({ min, max })),
  wire.span.map(([from, to]) => ({ from, to })),
  wire.cell.map((cell) => ({ cell })),
)
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ attribute: wire.attributeName, atMost: int64 }),
  fc.record({ attribute: wire.attributeName, atLeast: int64 }),
  fc.record({
    attribute: fc.oneof(wire.attributeName, fc.constantFrom('version', 'model')),
    oneOf: wire.words,
  }),
  fc.record({ attribute: wire.attributeName, allOf: wire.words }),
  fc.record({ attribute: wire.attributeName, covers: extent }),
  fc.record({ attribute: wire.attributeName, overlaps: extent }),
)
const steps = (most: number, count: number) => fc.nat({ max: most * count }).map((step) => step / count)

export const query: fc.Arbitrary<Query> = fc
  .record({
    capabilities: fc.array(wire.name, { minLength: 1, maxLength: 4 }),
    where: fc.array(condition, { maxLength: 8 }),
    within: fc.option(
      fc
        .record({ km: steps(MAX_DISTANCE, 1000), of: fc.option(wire.cell, { nil: undefined }) })
        .map(({ km, of }) => (of === undefined ? { km } : { km, of })),
      { nil: undefined },
    ),
    minReputation: fc.option(steps(1, 10_000), { nil: undefined }),
    minStake: fc.option(wire.uint(96n), { nil: undefined }),
    limit: fc.option(fc.integer({ min: 1, max: 64 }), { nil: undefined }),
  })
  .map(({ capabilities, where, ...rest }) => {
    const stated = Object.entries(rest).filter(([, value]) => value !== undefined)
    return { capabilities, where, ...Object.fromEntries(stated) }
  })

/** Records and queries of few words, numbers and places, so that they often have something to do with each other. */
const names = fc.constantFrom('data.fx', 'ride.drive')
const labels = fc.constantFrom('a', 'b')
const fewWords = fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { minLength: 1, maxLength: 3 })
const small = fc.bigInt({ min: 0n, max: 6n })
const ends = fc.tuple(small, small).map(([a, b]) => (a < b ? { low: a, high: b } : { low: b, high: a }))
/** A cell near a few places: in a city, at the pole, at the date line and at a pentagon. */
export const nearbyCell = fc
  .tuple(
    fc.constantFrom([52.1, 5.1], [89.5, 0], [0, 179.9], [50.1, -143.5], [10.5, 58.2]),
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.integer({ min: 2, max: 9 }),
  )
  .map(([[latitude = 0, longitude = 0], north, east, resolution]) =>
    latLngToCell(Math.min(latitude + north, 90), longitude + east, resolution),
  )
const area = fc.uniqueArray(nearbyCell, { minLength: 1, maxLength: 2 })

const attribute: fc.Arbitrary<Attribute> = fc.oneof(
  fc
    .tuple(labels, ends)
    .map(([name, { low, high }]) => ({ name, type: 'range' as const, min: low, max: high })),
  fc
    .tuple(labels, ends)
    .map(([name, { low, high }]) => ({ name, type: 'span' as const, from: low, to: high + 1n })),
  fc.record({ name: labels, type: fc.constant('set' as const), values: fewWords }),
  fc.record({ name: labels, type: fc.constant('area' as const), cells: area }),
)
const capability: fc.Arbitrary<Capability> = fc.record({
  name: names,
  version: fc.constantFrom('', '1'),
  model: fc.constantFrom('', 'm'),
  attributes: fc.uniqueArray(attribute, { maxLength: 2, selector: ({ name }) => name }),
})
export const record: fc.Arbitrary<CapabilityRecord> = wire.capabilityRecord.chain((any) =>
  fc
    .tuple(fc.array(capability, { minLength: 1, maxLength: 3 }), fc.oneof(nearbyCell, fc.constant('nowhere')))
    .map(([capabilities, place]) => ({ ...any, capabilities, area: place })),
)

const relatedExtent: fc.Arbitrary<Extent> = fc.oneof(
  ends.map(({ low, high }) => ({ min: low, max: high })),
  ends.map(({ low, high }) => ({ from: low, to: high + 1n })),
  nearbyCell.map((cell) => ({ cell })),
)
const relatedCondition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ attribute: labels, atMost: small }),
  fc.record({ attribute: labels, atLeast: small }),
  fc.record({ attribute: labels, oneOf: fewWords }),
  fc.record({ attribute: fc.constant('version'), oneOf: fc.constant<string[]>(['1']) }),
  fc.record({ attribute: labels, allOf: fewWords }),
  fc.record({ attribute: labels, covers: relatedExtent }),
  fc.record({ attribute: labels, overlaps: relatedExtent }),
)
export const relatedQuery: fc.Arbitrary<Query> = fc
  .tuple(
    fc.uniqueArray(names, { minLength: 1, maxLength: 2 }),
    fc.array(relatedCondition, { maxLength: 2 }),
    fc.option(fc.record({ km: fc.integer({ min: 0, max: 300 }), of: nearbyCell }), { nil: undefined }),
  )
  .map(([capabilities, where, within]) => ({
    capabilities,
    where,
    ...(within === undefined ? {} : { within }),
  }))
