import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'chai'
import fc from 'fast-check'
import { paced } from '../../web/api/paced.ts'
import { until } from '../agent/support/until.ts'

describe('what is handed on at a pace', () => {
  it('comes at once after a while of quiet, and the rest together', async () => {
    const taken: number[][] = []
    const { add } = paced<number>((items) => taken.push([...items]), 30)
    add([1, 2])
    expect(taken).to.deep.equal([[1, 2]])
    add([3])
    add([4, 5])
    expect(taken).to.deep.equal([[1, 2]])
    await until(async () => taken.length === 2)
    expect(taken[1]).to.deep.equal([3, 4, 5])
  })

  it('comes each time without a pace, in order and once', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.integer(), { minLength: 1 })), (batches) => {
        const taken: number[][] = []
        const { add } = paced<number>((items) => taken.push([...items]), 0)
        for (const batch of batches) add(batch)
        expect(taken).to.deep.equal(batches)
      }),
    )
  })

  it('comes no more once it was stopped', async () => {
    const taken: number[][] = []
    const { add, stop } = paced<number>((items) => taken.push([...items]), 10)
    add([1])
    add([2])
    stop()
    await sleep(40)
    expect(taken).to.deep.equal([[1]])
  })
})
