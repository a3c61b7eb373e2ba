import { DAY, DOLLAR, ethers, expect, fund, loadFixture, time } from '../base.ts'
import { expectPosition, staked } from './staked.ts'

describe('StakeVault: withdraw', () => {
  it('pays after the delay, in its second and not before', async () => {
    const d = await loadFixture(staked)
    const vault = d.vault.connect(d.owner)
    await vault.requestWithdrawal(d.agentId, 6n)
    const { availableAt } = await d.vault.positionOf(d.agentId, d.owner)
    await time.setNextBlockTimestamp(availableAt - 1n)
    await expect(vault.withdraw(d.agentId, d.stranger))
      .to.be.revertedWithCustomError(d.vault, 'WithdrawalNotReady')
      .withArgs(availableAt, availableAt - 1n)
    await time.setNextBlockTimestamp(availableAt)
    await expect(vault.withdraw(d.agentId, d.stranger))
      .to.emit(d.vault, 'Withdrawn')
      .withArgs(d.agentId, d.owner, d.stranger, 6n)
    expect(await d.token.balanceOf(d.stranger)).to.equal(6n)
    expect([...(await d.vault.positionOf(d.agentId, d.owner))]).to.deep.equal([DOLLAR - 6n, 0n, 0n, 0n])
    await expect(vault.withdraw(d.agentId, d.stranger))
      .to.be.revertedWithCustomError(d.vault, 'NothingToWithdraw')
      .withArgs(d.agentId, d.owner)
  })

  it('is the depositor’s, also after the agent was sold, and nobody else’s', async () => {
    const d = await loadFixture(staked)
    await d.vault.connect(d.owner).requestWithdrawal(d.agentId, DOLLAR)
    await d.registry.connect(d.owner).transferFrom(d.owner, d.stranger, d.agentId)
    await time.increase(DAY)
    await expect(d.vault.connect(d.stranger).withdraw(d.agentId, d.stranger)).to.be.revertedWithCustomError(
      d.vault,
      'NothingToWithdraw',
    )
    await d.vault.connect(d.owner).withdraw(d.agentId, d.owner)
    expect(await d.token.balanceOf(d.owner)).to.equal(DOLLAR)
  })

  it('refuses to pay nobody or itself', async () => {
    const d = await loadFixture(staked)
    for (const to of [ethers.ZeroAddress, d.addresses.vault]) {
      await expect(d.vault.connect(d.owner).withdraw(d.agentId, to))
        .to.be.revertedWithCustomError(d.vault, 'InvalidRecipient')
        .withArgs(to)
    }
  })

  it('cannot be entered twice through the token', async () => {
    const d = await loadFixture(staked)
    const bad = await ethers.deployContract('HostileToken')
    const vault = await ethers.deployContract('StakeVault', [bad, d.registry, DAY])
    await bad.mint(d.owner, 10n)
    await bad.connect(d.owner).approve(vault, 10n)
    await vault.connect(d.owner).stake(d.agentId, 10n)
    await vault.connect(d.owner).requestWithdrawal(d.agentId, 10n)
    await time.increase(DAY)
    await bad.arm(vault, vault.interface.encodeFunctionData('withdraw', [d.agentId, d.owner.address]))
    await vault.connect(d.owner).withdraw(d.agentId, d.owner)
    expect(await bad.result()).to.equal(vault.interface.encodeErrorResult('ReentrancyGuardReentrantCall', []))
    expect(await bad.balanceOf(d.owner)).to.equal(10n)
  })

  it('does not touch the stake of others behind the same agent', async () => {
    const d = await loadFixture(staked)
    await d.registry.connect(d.owner).transferFrom(d.owner, d.stranger, d.agentId)
    await fund(d, d.stranger, d.addresses.vault, 7n)
    await d.vault.connect(d.stranger).stake(d.agentId, 7n)
    await d.vault.connect(d.owner).requestWithdrawal(d.agentId, DOLLAR)
    await time.increase(DAY)
    await d.vault.connect(d.owner).withdraw(d.agentId, d.owner)
    await expectPosition(d, d.stranger.address, [7n, 0n, 0n])
  })
})
