import { expect, loadFixture } from '../base.ts'
import { give, type Opinion, type Rated, rated } from './fixture.ts'

const summary = async (d: Rated, clients: (typeof d.buyer)[], tag1 = '', tag2 = '') => [
  ...(await d.reputation.getSummary(d.agentId, clients, tag1, tag2)),
]

async function giveAll(d: Rated, client: typeof d.buyer, opinions: Partial<Opinion>[]) {
  for (const opinion of opinions) await give(d, client, opinion)
}

describe('ReputationRegistry: getSummary', () => {
  it('needs to be told whose feedback counts', async () => {
    const d = await loadFixture(rated)
    await expect(summary(d, [])).to.be.revertedWithCustomError(d.reputation, 'ClientsRequired')
  })

  it('is nothing of nothing', async () => {
    const d = await loadFixture(rated)
    expect(await summary(d, [d.buyer])).to.deep.equal([0n, 0n, 0n])
  })

  it('is the mean over the clients named, in their most frequent precision', async () => {
    const d = await loadFixture(rated)
    await giveAll(d, d.buyer, [
      { value: 9977n, decimals: 2n },
      { value: 50n, decimals: 0n },
    ])
    await giveAll(d, d.stranger, [{ value: 9999n, decimals: 2n }])
    await giveAll(d, d.payout, [{ value: -1000n, decimals: 0n }])
    expect(await summary(d, [d.buyer, d.stranger])).to.deep.equal([3n, (9977n + 5000n + 9999n) / 3n, 2n])
  })

  it('takes the smallest of precisions that are equally frequent', async () => {
    const d = await loadFixture(rated)
    await giveAll(d, d.buyer, [
      { value: 25n, decimals: 1n },
      { value: 3n, decimals: 0n },
    ])
    expect(await summary(d, [d.buyer])).to.deep.equal([2n, 2n, 0n])
  })

  it('rounds towards zero', async () => {
    const d = await loadFixture(rated)
    await giveAll(d, d.buyer, [{ value: -1n }, { value: -2n }])
    expect(await summary(d, [d.buyer])).to.deep.equal([2n, -1n, 0n])
  })

  it('leaves out what was taken back and what has other tags', async () => {
    const d = await loadFixture(rated)
    await giveAll(d, d.buyer, [
      { value: 10n, tag1: 'uptime', tag2: 'day' },
      { value: 20n, tag1: 'uptime', tag2: 'week' },
      { value: 40n, tag1: 'starred', tag2: 'day' },
      { value: 80n, tag1: 'starred', tag2: 'day' },
    ])
    await d.reputation.connect(d.buyer).revokeFeedback(d.agentId, 4n)
    expect(await summary(d, [d.buyer])).to.deep.equal([3n, 23n, 0n])
    expect(await summary(d, [d.buyer], 'uptime')).to.deep.equal([2n, 15n, 0n])
    expect(await summary(d, [d.buyer], '', 'day')).to.deep.equal([2n, 25n, 0n])
    expect(await summary(d, [d.buyer], 'uptime', 'week')).to.deep.equal([1n, 20n, 0n])
    expect(await summary(d, [d.buyer], 'week')).to.deep.equal([0n, 0n, 0n])
    expect(await summary(d, [d.buyer], 'unheard of')).to.deep.equal([0n, 0n, 0n])
    expect(await summary(d, [d.buyer], '', 'unheard of')).to.deep.equal([0n, 0n, 0n])
  })

  it('refuses to cut a mean that does not fit the precision it would be in', async () => {
    const d = await loadFixture(rated)
    await giveAll(d, d.buyer, [
      { value: 10n ** 38n, decimals: 0n },
      { value: 1n, decimals: 18n },
      { value: 1n, decimals: 18n },
    ])
    await expect(summary(d, [d.buyer])).to.be.revertedWithCustomError(
      d.reputation,
      'SafeCastOverflowedIntDowncast',
    )
  })
})
