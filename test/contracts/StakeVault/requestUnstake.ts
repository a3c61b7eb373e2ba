import { DOLLAR, expect, loadFixture, time } from '../base.ts'
import { DELAY, expectPosition, staked } from './staked.ts'

describe('StakeVault: requestUnstake', () => {
  it('queues all that is staked, the locked part included, and no more', async () => {
    const d = await loadFixture(staked)
    await d.asModule.lock(d.agentId, d.owner, 4n)
    await expect(d.asOwner.requestUnstake(d.agentId, d.module, DOLLAR + 1n))
      .to.be.revertedWithCustomError(d.vault, 'NotStaked')
      .withArgs(d.agentId, d.owner, d.module, DOLLAR, DOLLAR + 1n)
    const now = (await time.latest()) + 10
    await time.setNextBlockTimestamp(now)
    await expect(d.asOwner.requestUnstake(d.agentId, d.module, DOLLAR))
      .to.emit(d.vault, 'UnstakeRequested')
      .withArgs(d.agentId, d.owner, d.module, DOLLAR, now + DELAY)
    expect([...(await d.vault.positionOf(d.agentId, d.owner, d.module))]).to.deep.equal([
      DOLLAR,
      4n,
      DOLLAR,
      BigInt(now + DELAY),
    ])
    expect(await d.vault.freeStake(d.agentId, d.owner, d.module)).to.equal(0n)
  })

  it('replaces the request before and starts the delay anew', async () => {
    const d = await loadFixture(staked)
    await d.asOwner.requestUnstake(d.agentId, d.module, DOLLAR)
    await time.increase(DELAY - 10)
    await d.asOwner.requestUnstake(d.agentId, d.module, 1n)
    await expectPosition(d, [DOLLAR, 0n, 1n])
    const { availableAt } = await d.vault.positionOf(d.agentId, d.owner, d.module)
    expect(availableAt).to.equal((await time.latest()) + DELAY)
  })

  it('is cancelled by asking for nothing', async () => {
    const d = await loadFixture(staked)
    await d.asOwner.requestUnstake(d.agentId, d.module, DOLLAR)
    await expect(d.asOwner.requestUnstake(d.agentId, d.module, 0n))
      .to.emit(d.vault, 'UnstakeRequested')
      .withArgs(d.agentId, d.owner, d.module, 0n, 0n)
    expect([...(await d.vault.positionOf(d.agentId, d.owner, d.module))]).to.deep.equal([DOLLAR, 0n, 0n, 0n])
  })

  it('is refused to who has no position, and for another module', async () => {
    const d = await loadFixture(staked)
    await expect(d.vault.connect(d.stranger).requestUnstake(d.agentId, d.module, 1n))
      .to.be.revertedWithCustomError(d.vault, 'NotStaked')
      .withArgs(d.agentId, d.stranger, d.module, 0n, 1n)
    await expect(d.asOwner.requestUnstake(d.agentId, d.escrow, 1n))
      .to.be.revertedWithCustomError(d.vault, 'NotStaked')
      .withArgs(d.agentId, d.owner, d.escrow, 0n, 1n)
  })
})
