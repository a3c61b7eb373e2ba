import { DOLLAR, ethers, expect, loadFixture } from '../base.ts'
import { expectPosition, LOCK, staked } from './staked.ts'

describe('StakeVault: approveModule', () => {
  it('is each depositor’s own choice', async () => {
    const d = await loadFixture(staked)
    expect(await d.vault.isModuleApproved(d.owner, d.module)).to.equal(true)
    expect(await d.vault.isModuleApproved(d.stranger, d.module)).to.equal(false)
    await expect(d.vault.connect(d.owner).approveModule(d.module, false))
      .to.emit(d.vault, 'ModuleApproved')
      .withArgs(d.owner, d.module, false)
    expect(await d.vault.isModuleApproved(d.owner, d.module)).to.equal(false)
  })

  it('stops new locks and keeps the live ones', async () => {
    const d = await loadFixture(staked)
    await d.asModule.lock(LOCK, d.agentId, 4n)
    await d.vault.connect(d.owner).approveModule(d.module, false)
    await expect(d.asModule.lock(ethers.id('second'), d.agentId, 1n))
      .to.be.revertedWithCustomError(d.vault, 'ModuleNotApproved')
      .withArgs(d.owner, d.module)
    await expectPosition(d, d.owner.address, [DOLLAR, 4n, 0n])
    await d.asModule.unlock(LOCK)
    await expectPosition(d, d.owner.address, [DOLLAR, 0n, 0n])
  })
})
