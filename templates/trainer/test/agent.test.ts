import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accuracy, softmaxRegression } from '@mesh/sdk'
import { improve, isWorthwhile, readings } from '../src/strategy.ts'

const model = softmaxRegression(2, 2)
const parameters = new Float32Array(6)
const task = {
  ...{ model, parameters, scale: 2 ** 20, damping: 20, maxNorm: 1 },
  network: { kind: 'softmax', layers: [2, 2] },
} as const

test('makes a model better on readings that it has not seen', () => {
  const unseen = readings(1, 200)
  const change = improve(task, readings(2, 400))
  const improved = parameters.map((value, i) => value + (change[i] ?? 0))
  assert.ok(accuracy(model, improved, unseen) > Math.max(0.85, accuracy(model, parameters, unseen)))
})

test('trains no model that is for other data', () => {
  const other = { ...task, network: { kind: 'softmax', layers: [64, 10] } } as const
  assert.throws(() => improve(other, readings(2, 400)), /64, 10/)
})

test('works for a reward that is worth it', () => {
  assert.ok(isWorthwhile(10_000_000n))
  assert.ok(!isWorthwhile(1n))
})
