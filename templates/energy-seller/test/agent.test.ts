import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bidFor, SLOT_WH } from '../src/strategy.ts'

test('offers what is wanted, where there is as much', () => {
  assert.equal(bidFor(500n, SLOT_WH)?.quantity, 500n)
})

test('offers no more than what is left', () => {
  assert.equal(bidFor(500n, 120n)?.quantity, 120n)
})

test('offers nothing where nothing worth selling is left', () => {
  assert.equal(bidFor(500n, 0n), undefined)
  assert.equal(bidFor(500n, 3n), undefined)
})

test('never sells below what it takes at least', () => {
  const { limits } = bidFor(500n, SLOT_WH) ?? {}
  assert.ok(limits !== undefined && limits.low > 0n && limits.low <= limits.high)
})
