import { expect } from 'chai'
import { Lanes } from '../../fleet/lanes.ts'

describe('Lanes', () => {
  it('does so many things at a time, all of them in the end, also after one that failed', async () => {
    const lanes = new Lanes(2)
    let [running, most] = [0, 0]
    const runs = Array.from({ length: 7 }, (_, index) =>
      lanes.run(async () => {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setImmediate(resolve))
        running--
        if (index === 1) throw new Error('no')
        return index
      }),
    )
    const results = await Promise.allSettled(runs)
    expect(results.map(({ status }) => status === 'fulfilled')).to.deep.equal(
      Array.from({ length: 7 }, (_, index) => index !== 1),
    )
    expect(most).to.equal(2)
  })
})
