import { DOLLAR, ethers, expect, loadFixture, stakeFor } from '../base.ts'
import { expectPosition, LOCK, LockStatus, staked } from './staked.ts'

describe('StakeVault: unlock', () => {
  it('frees what was locked', async () => {
    const d = await loadFixture(staked)
    await d.asModule.lock(LOCK, d.agentId, 4n)
    await expect(d.asModule.unlock(LOCK))
      .to.emit(d.vault, 'Unlocked')
      .withArgs(d.agentId, d.module, LOCK, d.owner, 4n)
    await expectPosition(d, d.owner.address, [DOLLAR, 0n, 0n])
    expect((await d.vault.lockOf(d.module, LOCK)).status).to.equal(LockStatus.Released)
  })

  it('frees once, and only what the module itself locked', async () => {
    const d = await loadFixture(staked)
    await d.asModule.lock(LOCK, d.agentId, 4n)
    await expect(d.vault.connect(d.stranger).unlock(LOCK))
      .to.be.revertedWithCustomError(d.vault, 'NoLiveLock')
      .withArgs(d.stranger, LOCK)
    await d.asModule.unlock(LOCK)
    await expect(d.asModule.unlock(LOCK))
      .to.be.revertedWithCustomError(d.vault, 'NoLiveLock')
      .withArgs(d.module, LOCK)
    await expect(d.asModule.unlock(ethers.id('never'))).to.be.revertedWithCustomError(d.vault, 'NoLiveLock')
  })

  it('gives back to the depositor whose stake it was, whoever owns the agent now', async () => {
    const d = await loadFixture(staked)
    await d.asModule.lock(LOCK, d.agentId, DOLLAR)
    await d.registry.connect(d.owner).transferFrom(d.owner, d.stranger, d.agentId)
    await stakeFor(d, d.stranger, d.agentId, 5n, d.module.address)
    await d.asModule.unlock(LOCK)
    await expectPosition(d, d.owner.address, [DOLLAR, 0n, 0n])
    await expectPosition(d, d.stranger.address, [5n, 0n, 0n])
  })
})
