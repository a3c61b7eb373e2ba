import { ethers, expect, loadFixture } from '../base.ts'
import { give, HALF, rated } from './fixture.ts'

const LARGEST = 10n ** 38n

describe('ReputationRegistry: giveFeedback', () => {
  it('stores value and tags, and logs the rest', async () => {
    const d = await loadFixture(rated)
    const said = {
      value: -32n,
      decimals: 1n,
      tag1: 'tradingYield',
      tag2: 'month',
      endpoint: 'https://agent.example/quote',
      uri: 'ipfs://feedback',
      hash: ethers.id('feedback'),
    }
    await expect(give(d, d.buyer, said))
      .to.emit(d.reputation, 'NewFeedback')
      .withArgs(
        d.agentId,
        d.buyer,
        1n,
        -32n,
        1n,
        'tradingYield',
        'tradingYield',
        'month',
        said.endpoint,
        said.uri,
        said.hash,
      )
    const read = await d.reputation.readFeedback(d.agentId, d.buyer, 1n)
    expect([...read]).to.deep.equal([-32n, 1n, 'tradingYield', 'month', false])
  })

  it('counts the feedback of each client of each agent from 1', async () => {
    const d = await loadFixture(rated)
    await d.registry.connect(d.owner)['register()']()
    for (const [client, agentId, index] of [
      [d.buyer, 1n, 1n],
      [d.buyer, 1n, 2n],
      [d.stranger, 1n, 1n],
      [d.buyer, 2n, 1n],
    ] as const) {
      await give(d, client, {}, agentId)
      expect(await d.reputation.getLastIndex(agentId, client)).to.equal(index)
    }
    expect(await d.reputation.getLastIndex(2n, d.stranger)).to.equal(0n)
  })

  it('takes tags of any length, and none', async () => {
    const d = await loadFixture(rated)
    const long = 'a tag that is longer than one storage slot '.repeat(3)
    await give(d, d.buyer, { tag1: '', tag2: long })
    await give(d, d.buyer, { tag1: long, tag2: '' })
    const tags = async (index: bigint) =>
      [...(await d.reputation.readFeedback(d.agentId, d.buyer, index))].slice(2, 4)
    expect(await tags(1n)).to.deep.equal(['', long])
    expect(await tags(2n)).to.deep.equal([long, ''])
  })

  it('counts in no score, whatever its value', async () => {
    const d = await loadFixture(rated)
    for (const value of [100n, LARGEST, -LARGEST]) await give(d, d.buyer, { value })
    expect([...(await d.reputation.scoreOf(d.agentId))]).to.deep.equal([HALF, 0n, 0n])
    expect([...(await d.reputation.settlementOf(d.agentId, d.buyer, 1n))]).to.deep.equal([
      ethers.ZeroAddress,
      0n,
      0n,
    ])
  })

  it('takes 18 decimals and refuses 19', async () => {
    const d = await loadFixture(rated)
    await give(d, d.buyer, { decimals: 18n })
    await expect(give(d, d.buyer, { decimals: 19n }))
      .to.be.revertedWithCustomError(d.reputation, 'TooManyDecimals')
      .withArgs(19n)
  })

  it('takes 1e38 either way and refuses more', async () => {
    const d = await loadFixture(rated)
    for (const sign of [1n, -1n]) {
      await give(d, d.buyer, { value: sign * LARGEST })
      const tooLarge = sign * (LARGEST + 1n)
      await expect(give(d, d.buyer, { value: tooLarge }))
        .to.be.revertedWithCustomError(d.reputation, 'ValueTooLarge')
        .withArgs(tooLarge)
    }
    expect((await d.reputation.readFeedback(d.agentId, d.buyer, 2n)).value).to.equal(-LARGEST)
  })

  it('is refused to the owner, to whom it approved, and to its operators', async () => {
    const d = await loadFixture(rated)
    await d.registry.connect(d.owner).approve(d.stranger, d.agentId)
    await d.registry.connect(d.owner).setApprovalForAll(d.payout, true)
    for (const self of [d.owner, d.stranger, d.payout]) {
      await expect(give(d, self))
        .to.be.revertedWithCustomError(d.reputation, 'SelfFeedback')
        .withArgs(self, d.agentId)
    }
  })

  it('is refused for an agent that does not exist', async () => {
    const d = await loadFixture(rated)
    await expect(give(d, d.buyer, {}, 99n)).to.be.revertedWithCustomError(
      d.registry,
      'ERC721NonexistentToken',
    )
  })
})
