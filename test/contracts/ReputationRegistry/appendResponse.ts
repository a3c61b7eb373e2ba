import { ethers, expect, loadFixture } from '../base.ts'
import { give, rated } from './fixture.ts'

const HASH = ethers.id('response')

describe('ReputationRegistry: appendResponse', () => {
  it('logs what anybody answers', async () => {
    const d = await loadFixture(rated)
    await give(d, d.buyer)
    for (const responder of [d.owner, d.stranger, d.buyer]) {
      await expect(
        d.reputation.connect(responder).appendResponse(d.agentId, d.buyer, 1n, 'ipfs://answer', HASH),
      )
        .to.emit(d.reputation, 'ResponseAppended')
        .withArgs(d.agentId, d.buyer, 1n, responder, 'ipfs://answer', HASH)
    }
  })

  it('answers also what was taken back', async () => {
    const d = await loadFixture(rated)
    await give(d, d.buyer)
    await d.reputation.connect(d.buyer).revokeFeedback(d.agentId, 1n)
    await d.reputation.connect(d.owner).appendResponse(d.agentId, d.buyer, 1n, 'ipfs://answer', HASH)
    expect(await d.reputation.getResponseCount(d.agentId, d.buyer, 1n, [])).to.equal(1n)
  })

  it('refuses an answer that points nowhere', async () => {
    const d = await loadFixture(rated)
    await give(d, d.buyer)
    await expect(
      d.reputation.connect(d.owner).appendResponse(d.agentId, d.buyer, 1n, '', HASH),
    ).to.be.revertedWithCustomError(d.reputation, 'EmptyURI')
  })

  it('refuses an answer to nothing', async () => {
    const d = await loadFixture(rated)
    await give(d, d.buyer)
    for (const [client, index, last] of [
      [d.buyer, 0n, 1n],
      [d.buyer, 2n, 1n],
      [d.stranger, 1n, 0n],
    ] as const) {
      await expect(
        d.reputation.connect(d.owner).appendResponse(d.agentId, client, index, 'ipfs://answer', HASH),
      )
        .to.be.revertedWithCustomError(d.reputation, 'IndexOutOfBounds')
        .withArgs(index, last)
    }
  })
})
