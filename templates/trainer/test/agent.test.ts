import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accuracy, softmaxRegression } from '@mesh/sdk'
import { improve, MAX_STAKE, MAX_STAKED, objectionTo, readings } from '../src/strategy.ts'

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
  const participantStake = 1_000_000n
  assert.equal(objectionTo({ reward: 10_000_000n, participantStake }, 0n), undefined)
  assert.match(objectionTo({ reward: 1n, participantStake }, 0n) ?? '', /LEAST_REWARD/)
})

test('stakes no more than it may, for a task and for all', () => {
  const reward = 1_000_000_000n
  assert.equal(objectionTo({ reward, participantStake: MAX_STAKE }, MAX_STAKED - MAX_STAKE), undefined)
  assert.match(objectionTo({ reward, participantStake: MAX_STAKE }, MAX_STAKED) ?? '', /MAX_STAKED/)
  assert.match(objectionTo({ reward, participantStake: MAX_STAKE + 1n }, 0n) ?? '', /MAX_STAKE /)
})
