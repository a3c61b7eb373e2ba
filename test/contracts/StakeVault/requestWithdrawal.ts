import { DAY, DOLLAR, expect, loadFixture, time } from '../base.ts'
import { expectPosition, LOCK, staked } from './staked.ts'

describe('StakeVault: requestWithdrawal', () => {
  it('queues what is not locked', async () => {
    const d = await loadFixture(staked)
    await d.asModule.lock(LOCK, d.agentId, 4n)
    const vault = d.vault.connect(d.owner)
    await expect(vault.requestWithdrawal(d.agentId, DOLLAR - 3n))
      .to.be.revertedWithCustomError(d.vault, 'InsufficientStake')
      .withArgs(d.agentId, d.owner, DOLLAR - 4n, DOLLAR - 3n)
    const now = (await time.latest()) + 10
    await time.setNextBlockTimestamp(now)
    await expect(vault.requestWithdrawal(d.agentId, DOLLAR - 4n))
      .to.emit(d.vault, 'WithdrawalRequested')
      .withArgs(d.agentId, d.owner, DOLLAR - 4n, now + DAY)
    expect(await d.vault.freeStake(d.agentId)).to.equal(0n)
  })

  it('replaces the request before, and is cancelled by asking for nothing', async () => {
    const d = await loadFixture(staked)
    const vault = d.vault.connect(d.owner)
    await vault.requestWithdrawal(d.agentId, DOLLAR)
    await vault.requestWithdrawal(d.agentId, 1n)
    await expectPosition(d, d.owner.address, [DOLLAR, 0n, 1n])
    await vault.requestWithdrawal(d.agentId, 0n)
    expect([...(await d.vault.positionOf(d.agentId, d.owner))]).to.deep.equal([DOLLAR, 0n, 0n, 0n])
  })

  it('is refused to who has no position', async () => {
    const d = await loadFixture(staked)
    await expect(d.vault.connect(d.stranger).requestWithdrawal(d.agentId, 1n))
      .to.be.revertedWithCustomError(d.vault, 'InsufficientStake')
      .withArgs(d.agentId, d.stranger, 0n, 1n)
  })

  it('leaves the empty position empty, which all share who have none', async () => {
    const d = await loadFixture(staked)
    await d.vault.connect(d.stranger).requestWithdrawal(d.agentId, 0n)
    expect([...(await d.vault.positionOf(99n, d.buyer))]).to.deep.equal([0n, 0n, 0n, 0n])
  })
})
