import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answer, PRICE } from '../src/strategy.ts'

const minutes = (question: string) => Number.parseInt(answer(question), 10)

test('knows that days are long in summer, and short in winter', () => {
  assert.ok(minutes('48.26 2026-06-21') > 900)
  assert.ok(minutes('48.26 2026-12-21') < 520)
})

test('knows days and nights of half a year', () => {
  assert.equal(answer('89 2026-06-21'), '1440 minutes of daylight')
  assert.equal(answer('89 2026-12-21'), '0 minutes of daylight')
})

test('answers nothing that it was not asked', () => {
  for (const question of ['', 'noon', '91 2026-06-21', '48.26 2026-13-41']) {
    assert.throws(() => answer(question), /no latitude and date/)
  }
})

test('sells answers for more than nothing', () => {
  assert.ok(PRICE > 0n)
})
