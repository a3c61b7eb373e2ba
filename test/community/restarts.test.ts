import { expect } from 'chai'
import { Restarts } from '../../community/restarts.ts'

describe('Restarts', () => {
  it('allows five in a minute, and again when the first of them is a minute old', () => {
    const restarts = new Restarts()
    expect([0, 1, 2, 3, 4].map((time) => restarts.allow(time))).to.deep.equal([true, true, true, true, true])
    expect(restarts.allow(59_999)).to.equal(false)
    expect(restarts.allow(60_000)).to.equal(true)
    expect(restarts.allow(60_000)).to.equal(false)
  })
})
