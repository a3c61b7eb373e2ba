import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bidFor, freeWh, SLOT_WH } from '../src/strategy.ts'

const slot = (start: bigint, end: bigint) => ({ start, end })

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

test('promises no moment more than the roof has, however slots overlap', () => {
  const promised = [{ ...slot(0n, 900n), quantity: 500n }]
  assert.equal(freeWh(promised, slot(0n, 900n), 0n), SLOT_WH - 500n)
  assert.equal(freeWh(promised, slot(600n, 1_500n), 0n), SLOT_WH - 500n)
  assert.equal(freeWh(promised, slot(899n, 900n), 0n), SLOT_WH - 500n)
  assert.equal(freeWh(promised, slot(900n, 1_800n), 0n), SLOT_WH)
  assert.equal(freeWh([{ ...slot(0n, 900n), quantity: 2n * SLOT_WH }], slot(0n, 900n), 0n), 0n)
})

test('sells no slot that is longer than a quarter of an hour, or more than a day ahead', () => {
  assert.equal(freeWh([], slot(0n, 901n), 0n), 0n)
  assert.equal(freeWh([], slot(86_401n, 86_500n), 0n), 0n)
  assert.equal(freeWh([], slot(86_401n, 86_500n), 1n), SLOT_WH)
})
