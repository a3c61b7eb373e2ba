import { DOLLAR, expect, loadFixture } from '../base.ts'
import { expectPosition, staked } from './staked.ts'

describe('StakeVault: lock', () => {
  it('locks what was staked for the caller, and adds up', async () => {
    const d = await loadFixture(staked)
    await d.asModule.lock(d.agentId, d.owner, 4n)
    await d.asModule.lock(d.agentId, d.owner, 3n)
    await expectPosition(d, [DOLLAR, 7n, 0n])
    expect(await d.vault.freeStake(d.agentId, d.owner, d.module)).to.equal(DOLLAR - 7n)
  })

  it('goes up to the free stake: what is neither locked nor queued', async () => {
    const d = await loadFixture(staked)
    await d.asModule.lock(d.agentId, d.owner, 10n)
    await d.asOwner.requestUnstake(d.agentId, d.module, 20n)
    const free = DOLLAR - 30n
    await expect(d.asModule.lock(d.agentId, d.owner, free + 1n))
      .to.be.revertedWithCustomError(d.vault, 'InsufficientStake')
      .withArgs(d.agentId, d.owner, d.module, free, free + 1n)
    await d.asModule.lock(d.agentId, d.owner, free)
    expect(await d.vault.freeStake(d.agentId, d.owner, d.module)).to.equal(0n)
  })

  it('finds nothing free when locked and queued overlap', async () => {
    const d = await loadFixture(staked)
    await d.asModule.lock(d.agentId, d.owner, DOLLAR - 1n)
    await d.asOwner.requestUnstake(d.agentId, d.module, DOLLAR)
    expect(await d.vault.freeStake(d.agentId, d.owner, d.module)).to.equal(0n)
    await expect(d.asModule.lock(d.agentId, d.owner, 1n))
      .to.be.revertedWithCustomError(d.vault, 'InsufficientStake')
      .withArgs(d.agentId, d.owner, d.module, 0n, 1n)
  })

  it('locks what is free again when the request is cancelled', async () => {
    const d = await loadFixture(staked)
    await d.asOwner.requestUnstake(d.agentId, d.module, DOLLAR)
    await d.asOwner.requestUnstake(d.agentId, d.module, 0n)
    await d.asModule.lock(d.agentId, d.owner, DOLLAR)
    await expectPosition(d, [DOLLAR, DOLLAR, 0n])
  })

  it('refuses amounts beyond 104 bits, instead of cutting them', async () => {
    const d = await loadFixture(staked)
    await expect(d.asModule.lock(d.agentId, d.owner, 2n ** 104n + 1n)).to.be.revertedWithCustomError(
      d.vault,
      'InsufficientStake',
    )
  })

  it('locks nothing of nobody’s', async () => {
    const d = await loadFixture(staked)
    await d.vault.connect(d.stranger).lock(d.agentId, d.owner, 0n)
    await expectPosition(d, [0n, 0n, 0n], { module: d.stranger })
  })
})
