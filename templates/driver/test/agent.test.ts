import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LonLat } from '@mesh/sdk'
import { costPerKilometre, driven, HOME, way } from '../src/strategy.ts'

const NEAR: LonLat = [HOME[0] + 0.01, HOME[1]]

test('drives for more than nothing', () => {
  assert.ok(costPerKilometre() > 0n)
})

test('is there when it has driven for as long as it said', () => {
  assert.deepEqual(driven(HOME, NEAR, way(HOME, NEAR).seconds), NEAR)
})

test('is nearer on the way, and not there yet', () => {
  const between = driven(HOME, NEAR, 1)
  assert.ok(way(between, NEAR).metres < way(HOME, NEAR).metres)
  assert.notDeepEqual(between, NEAR)
})
