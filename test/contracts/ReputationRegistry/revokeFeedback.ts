import { bindWallet, expect, loadFixture, register } from '../base.ts'
import { give, giveSettled, HALF, OWNER_CAP, rated, scoreFor, scoreOf, settle } from './fixture.ts'

describe('ReputationRegistry: revokeFeedback', () => {
  it('marks the caller’s feedback and no other', async () => {
    const d = await loadFixture(rated)
    await give(d, d.buyer)
    await give(d, d.buyer)
    await give(d, d.stranger)
    await expect(d.reputation.connect(d.buyer).revokeFeedback(d.agentId, 1n))
      .to.emit(d.reputation, 'FeedbackRevoked')
      .withArgs(d.agentId, d.buyer, 1n)
    const revoked = async (client: typeof d.buyer, index: bigint) =>
      (await d.reputation.readFeedback(d.agentId, client, index)).isRevoked
    expect(await revoked(d.buyer, 1n)).to.equal(true)
    expect(await revoked(d.buyer, 2n)).to.equal(false)
    expect(await revoked(d.stranger, 1n)).to.equal(false)
  })

  it('takes what was settled out of the score, but not out of the volume', async () => {
    const d = await loadFixture(rated)
    for (const [client, fee, value] of [
      [d.buyer, 1_000n, 80n],
      [d.buyer, 3_000n, 20n],
      [d.stranger, 2_000n, 100n],
    ] as const) {
      const { agreement } = await settle(d, client, fee)
      await giveSettled(d, client, agreement, { value })
    }
    await d.reputation.connect(d.buyer).revokeFeedback(d.agentId, 2n)
    expect([...(await d.reputation.scoreOf(d.agentId))]).to.deep.equal([
      scoreFor(3_000n, 1_000n * 8_000n + 2_000n * 10_000n),
      2n,
      6_000n * 200n,
    ])
    await d.reputation.connect(d.buyer).revokeFeedback(d.agentId, 1n)
    await d.reputation.connect(d.stranger).revokeFeedback(d.agentId, 1n)
    expect([...(await d.reputation.scoreOf(d.agentId))]).to.deep.equal([HALF, 0n, 6_000n * 200n])
  })

  it('leaves what is above the cap counting up to the cap', async () => {
    const d = await loadFixture(rated)
    for (const value of [100n, 0n]) {
      const { agreement } = await settle(d, d.buyer, 2n * OWNER_CAP)
      await giveSettled(d, d.buyer, agreement, { value })
    }
    expect(await scoreOf(d)).to.equal(scoreFor(OWNER_CAP, OWNER_CAP * 5_000n))
    await d.reputation.connect(d.buyer).revokeFeedback(d.agentId, 2n)
    expect(await scoreOf(d)).to.equal(scoreFor(OWNER_CAP, OWNER_CAP * 10_000n))
  })

  it('takes it from whom it was credited to, also when the client speaks for another owner by then', async () => {
    const d = await loadFixture(rated)
    for (const owner of [d.payout, d.stranger]) {
      const buyingAgent = await register(d, owner)
      await bindWallet(d, owner, buyingAgent, d.buyer)
      const { agreement } = await settle(d, d.buyer, OWNER_CAP)
      await giveSettled(d, d.buyer, agreement, { value: 100n })
      await d.registry.connect(owner).unsetAgentWallet(buyingAgent)
    }
    expect(await scoreOf(d)).to.equal(scoreFor(OWNER_CAP, OWNER_CAP * 10_000n))
    for (const index of [1n, 2n]) await d.reputation.connect(d.buyer).revokeFeedback(d.agentId, index)
    expect(await scoreOf(d)).to.equal(HALF)
  })

  it('keeps the mark of what was settled', async () => {
    const d = await loadFixture(rated)
    const { agreement } = await settle(d, d.buyer, 1_000n)
    await giveSettled(d, d.buyer, agreement)
    await d.reputation.connect(d.buyer).revokeFeedback(d.agentId, 1n)
    const settlement = await d.reputation.settlementOf(d.agentId, d.buyer, 1n)
    expect([...settlement]).to.deep.equal([d.buyer.address, 1_000n, 9_000n])
  })

  it('is refused for feedback that was never given', async () => {
    const d = await loadFixture(rated)
    await give(d, d.buyer)
    for (const index of [0n, 2n]) {
      await expect(d.reputation.connect(d.buyer).revokeFeedback(d.agentId, index))
        .to.be.revertedWithCustomError(d.reputation, 'IndexOutOfBounds')
        .withArgs(index, 1n)
    }
    await expect(d.reputation.connect(d.stranger).revokeFeedback(d.agentId, 1n))
      .to.be.revertedWithCustomError(d.reputation, 'IndexOutOfBounds')
      .withArgs(1n, 0n)
  })

  it('happens once', async () => {
    const d = await loadFixture(rated)
    const { agreement } = await settle(d, d.buyer, 1_000n)
    await giveSettled(d, d.buyer, agreement)
    await d.reputation.connect(d.buyer).revokeFeedback(d.agentId, 1n)
    await expect(d.reputation.connect(d.buyer).revokeFeedback(d.agentId, 1n))
      .to.be.revertedWithCustomError(d.reputation, 'AlreadyRevoked')
      .withArgs(d.agentId, d.buyer, 1n)
  })
})
