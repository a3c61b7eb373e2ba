import { expect, loadFixture } from '../base.ts'
import { give, rated } from './fixture.ts'

describe('ReputationRegistry: readFeedback', () => {
  it('returns each feedback as it was given', async () => {
    const d = await loadFixture(rated)
    await give(d, d.buyer, { value: 1n, decimals: 0n, tag1: 'a', tag2: 'b' })
    await give(d, d.buyer, { value: -2n, decimals: 3n, tag1: 'b', tag2: '' })
    const read = async (index: bigint) => [...(await d.reputation.readFeedback(d.agentId, d.buyer, index))]
    expect(await read(1n)).to.deep.equal([1n, 0n, 'a', 'b', false])
    expect(await read(2n)).to.deep.equal([-2n, 3n, 'b', '', false])
  })

  it('refuses an index that there is not, as the reading of what stands behind it does', async () => {
    const d = await loadFixture(rated)
    await give(d, d.buyer)
    for (const read of [d.reputation.readFeedback, d.reputation.settlementOf]) {
      for (const [client, index, last] of [
        [d.buyer, 0n, 1n],
        [d.buyer, 2n, 1n],
        [d.stranger, 1n, 0n],
      ] as const) {
        await expect(read(d.agentId, client, index))
          .to.be.revertedWithCustomError(d.reputation, 'IndexOutOfBounds')
          .withArgs(index, last)
      }
    }
  })
})
