import { DOLLAR, expect, loadFixture } from '../base.ts'
import { expectPosition, staked } from './staked.ts'

describe('StakeVault: unlock', () => {
  it('frees what was locked, in parts', async () => {
    const d = await loadFixture(staked)
    await d.asModule.lock(d.agentId, d.owner, 4n)
    await d.asModule.unlock(d.agentId, d.owner, 3n)
    await expectPosition(d, [DOLLAR, 1n, 0n])
    await d.asModule.unlock(d.agentId, d.owner, 1n)
    expect(await d.vault.freeStake(d.agentId, d.owner, d.module)).to.equal(DOLLAR)
  })

  it('frees no more than is locked', async () => {
    const d = await loadFixture(staked)
    await d.asModule.lock(d.agentId, d.owner, 4n)
    for (const amount of [5n, 2n ** 104n + 1n]) {
      await expect(d.asModule.unlock(d.agentId, d.owner, amount))
        .to.be.revertedWithCustomError(d.vault, 'NotLocked')
        .withArgs(d.agentId, d.owner, d.module, 4n, amount)
    }
  })

  it('leaves queued stake queued', async () => {
    const d = await loadFixture(staked)
    await d.asModule.lock(d.agentId, d.owner, DOLLAR)
    await d.asOwner.requestUnstake(d.agentId, d.module, DOLLAR)
    await d.asModule.unlock(d.agentId, d.owner, DOLLAR)
    await expectPosition(d, [DOLLAR, 0n, DOLLAR])
    expect(await d.vault.freeStake(d.agentId, d.owner, d.module)).to.equal(0n)
  })
})
