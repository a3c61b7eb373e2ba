import { expect } from 'chai'
import { numberIn } from '../../../community/meters/payload.ts'

describe('the number in a payload', () => {
  const found: [string, string, number][] = [
    ['12.5', '', 12.5],
    [' -3e2\n', '', -300],
    ['{"Time":"2026-03-01T09:00:00","ENERGY":{"Total":1234.567,"Power":87}}', 'ENERGY.Total', 1234.567],
    ['{"emeters":[{"total":"340.1"}]}', 'emeters.0.total', 340.1],
  ]
  for (const [payload, path, value] of found) {
    it(`is ${value} in ${JSON.stringify(payload)} at '${path}'`, () => {
      expect(numberIn(payload, path)).to.equal(value)
    })
  }

  const none: [string, string][] = [
    ['', ''],
    ['on', ''],
    ['0x10', ''],
    ['12,5', ''],
    ['{"ENERGY":{}}', 'ENERGY.Total'],
    ['{"ENERGY":null}', 'ENERGY.Total'],
    ['{"ENERGY":{"Total":true}}', 'ENERGY.Total'],
    ['{"ENERGY":', 'ENERGY.Total'],
    // What every object has is no member of it.
    ['{}', 'constructor.length'],
    ['[]', 'length.x'],
  ]
  for (const [payload, path] of none) {
    it(`is not in ${JSON.stringify(payload)} at '${path}'`, () => {
      expect(numberIn(payload, path)).to.equal(undefined)
    })
  }
})
