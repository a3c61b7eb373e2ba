import { DOLLAR, ethers, expect, loadFixture, time } from '../base.ts'
import { DELAY, expectPosition, hostile, staked } from './staked.ts'

describe('StakeVault: withdraw', () => {
  it('pays after the delay, in its second and not before', async () => {
    const d = await loadFixture(staked)
    await d.asOwner.requestUnstake(d.agentId, d.module, 6n)
    const { availableAt } = await d.vault.positionOf(d.agentId, d.owner, d.module)
    await time.setNextBlockTimestamp(availableAt - 1n)
    await expect(d.asOwner.unstake(d.agentId, d.module, d.stranger))
      .to.be.revertedWithCustomError(d.vault, 'UnstakeNotReady')
      .withArgs(availableAt, availableAt - 1n)
    await time.setNextBlockTimestamp(availableAt)
    await expect(d.asOwner.unstake(d.agentId, d.module, d.stranger))
      .to.emit(d.vault, 'Unstaked')
      .withArgs(d.agentId, d.owner, d.module, d.stranger, 6n)
    expect(await d.token.balanceOf(d.stranger)).to.equal(6n)
    expect([...(await d.vault.positionOf(d.agentId, d.owner, d.module))]).to.deep.equal([
      DOLLAR - 6n,
      0n,
      0n,
      0n,
    ])
    await expect(d.asOwner.unstake(d.agentId, d.module, d.stranger))
      .to.be.revertedWithCustomError(d.vault, 'NothingToUnstake')
      .withArgs(d.owner)
  })

  it('pays what is not locked, and the rest when it is free, without another delay', async () => {
    const d = await loadFixture(staked)
    await d.asModule.lock(d.agentId, d.owner, 100n)
    await d.asOwner.requestUnstake(d.agentId, d.module, DOLLAR)
    const { availableAt } = await d.vault.positionOf(d.agentId, d.owner, d.module)
    await time.increaseTo(availableAt)
    await d.asOwner.unstake(d.agentId, d.module, d.owner)
    expect([...(await d.vault.positionOf(d.agentId, d.owner, d.module))]).to.deep.equal([
      100n,
      100n,
      100n,
      availableAt,
    ])
    await expect(d.asOwner.unstake(d.agentId, d.module, d.owner)).to.be.revertedWithCustomError(
      d.vault,
      'NothingToUnstake',
    )
    await d.asModule.unlock(d.agentId, d.owner, 100n)
    await d.asOwner.unstake(d.agentId, d.module, d.owner)
    expect(await d.token.balanceOf(d.owner)).to.equal(DOLLAR)
    await expectPosition(d, [0n, 0n, 0n])
  })

  it('leaves what is staked later for the next request', async () => {
    const d = await loadFixture(staked)
    await d.asOwner.requestUnstake(d.agentId, d.module, DOLLAR)
    await d.token.mint(d.owner, 5n)
    await d.token.connect(d.owner).approve(d.vault, 5n)
    await d.asOwner.stake(d.agentId, d.module, 5n)
    await d.asModule.lock(d.agentId, d.owner, 5n)
    await time.increase(DELAY)
    await d.asOwner.unstake(d.agentId, d.module, d.owner)
    await expectPosition(d, [5n, 5n, 0n])
  })

  it('pays nothing that was staked for another module', async () => {
    const d = await loadFixture(staked)
    await d.asOwner.requestUnstake(d.agentId, d.module, DOLLAR)
    await time.increase(DELAY)
    await expect(d.asOwner.unstake(d.agentId, d.escrow, d.owner)).to.be.revertedWithCustomError(
      d.vault,
      'NothingToUnstake',
    )
  })

  it('refuses to pay nobody or itself', async () => {
    const d = await loadFixture(staked)
    for (const to of [ethers.ZeroAddress, d.addresses.vault]) {
      await expect(d.asOwner.unstake(d.agentId, d.module, to))
        .to.be.revertedWithCustomError(d.vault, 'InvalidRecipient')
        .withArgs(to)
    }
  })

  it('cannot be entered twice through the token', async () => {
    const d = await loadFixture(hostile)
    await d.badVault.stake(d.agentId, d.module, 10n)
    await d.badVault.requestUnstake(d.agentId, d.module, 10n)
    await time.increase(DELAY)
    const { address } = d.module
    const again = d.badVault.interface.encodeFunctionData('unstake', [d.agentId, address, d.owner.address])
    await d.bad.arm(d.badVault, again)
    await d.badVault.unstake(d.agentId, d.module, d.owner)
    expect(await d.bad.result()).to.equal(d.guarded)
    expect(await d.bad.balanceOf(d.owner)).to.equal(10n)
  })
})
