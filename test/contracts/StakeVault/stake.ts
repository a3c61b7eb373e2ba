import { DAY, DOLLAR, deploy, ethers, expect, fund, loadFixture, register, stakeFor } from '../base.ts'
import { expectPosition, hostile, staked } from './staked.ts'

const MAX = 2n ** 104n - 1n

async function owned() {
  const d = await deploy()
  const agentId = await register(d, d.owner)
  await fund(d, d.owner, d.addresses.vault, 10n * DOLLAR)
  return { ...d, agentId }
}

describe('StakeVault: stake', () => {
  it('remembers what it was deployed with', async () => {
    const d = await loadFixture(owned)
    expect(await d.vault.stakeToken()).to.equal(d.addresses.token)
    expect(await d.vault.identityRegistry()).to.equal(d.addresses.registry)
    expect(await d.vault.unstakeDelay()).to.equal(14 * DAY)
  })

  it('takes the tokens of the owner', async () => {
    const d = await loadFixture(owned)
    await expect(d.vault.connect(d.owner).stake(d.agentId, d.module, DOLLAR))
      .to.emit(d.vault, 'Staked')
      .withArgs(d.agentId, d.owner, d.module, DOLLAR)
    await d.vault.connect(d.owner).stake(d.agentId, d.module, DOLLAR)
    expect([...(await d.vault.positionOf(d.agentId, d.owner, d.module))]).to.deep.equal([
      2n * DOLLAR,
      0n,
      0n,
      0n,
    ])
    expect(await d.vault.freeStake(d.agentId, d.owner, d.module)).to.equal(2n * DOLLAR)
    expect(await d.token.balanceOf(d.vault)).to.equal(2n * DOLLAR)
  })

  it('is for one module, and no other reaches it', async () => {
    const d = await loadFixture(staked)
    expect(await d.vault.freeStake(d.agentId, d.owner, d.escrow)).to.equal(0n)
    await expect(d.vault.connect(d.stranger).lock(d.agentId, d.owner, 1n))
      .to.be.revertedWithCustomError(d.vault, 'InsufficientStake')
      .withArgs(d.agentId, d.owner, d.stranger, 0n, 1n)
    await d.asModule.lock(d.agentId, d.owner, 5n)
    for (const touch of ['unlock', 'slash'] as const) {
      const vault = d.vault.connect(d.stranger)
      const call =
        touch === 'unlock'
          ? vault.unlock(d.agentId, d.owner, 1n)
          : vault.slash(d.agentId, d.owner, 1n, d.stranger)
      await expect(call)
        .to.be.revertedWithCustomError(d.vault, 'NotLocked')
        .withArgs(d.agentId, d.owner, d.stranger, 0n, 1n)
    }
    await stakeFor(d, d.owner, d.agentId, 7n, d.stranger.address)
    await d.vault.connect(d.stranger).lock(d.agentId, d.owner, 7n)
    await d.vault.connect(d.stranger).slash(d.agentId, d.owner, 7n, d.buyer)
    await expectPosition(d, [DOLLAR, 5n, 0n])
    await expectPosition(d, [0n, 0n, 0n], { module: d.stranger })
  })

  it('is refused to everybody but the owner, approved operators included', async () => {
    const d = await loadFixture(owned)
    await d.registry.connect(d.owner).approve(d.stranger, d.agentId)
    await expect(d.vault.connect(d.stranger).stake(d.agentId, d.module, 1n))
      .to.be.revertedWithCustomError(d.vault, 'NotAgentOwner')
      .withArgs(d.stranger, d.agentId)
  })

  it('is refused for an agent that does not exist', async () => {
    const d = await loadFixture(owned)
    await expect(d.vault.connect(d.owner).stake(99n, d.module, 1n)).to.be.revertedWithCustomError(
      d.registry,
      'ERC721NonexistentToken',
    )
    expect(await d.vault.freeStake(99n, d.owner, d.module)).to.equal(0n)
  })

  it('refuses to stake nothing', async () => {
    const d = await loadFixture(owned)
    await expect(d.vault.connect(d.owner).stake(d.agentId, d.module, 0n)).to.be.revertedWithCustomError(
      d.vault,
      'ZeroAmount',
    )
  })

  it('refuses modules that can never lock: nobody and itself', async () => {
    const d = await loadFixture(owned)
    for (const module of [ethers.ZeroAddress, d.addresses.vault]) {
      await expect(d.vault.connect(d.owner).stake(d.agentId, module, 1n))
        .to.be.revertedWithCustomError(d.vault, 'InvalidRecipient')
        .withArgs(module)
    }
  })

  it('refuses more than 104 bits can hold, locked or not, so that every lock can be released', async () => {
    const d = await loadFixture(owned)
    await fund(d, d.owner, d.addresses.vault, MAX + 1n)
    const stake = (amount: bigint) => d.vault.connect(d.owner).stake(d.agentId, d.module, amount)
    await expect(stake(MAX + 1n))
      .to.be.revertedWithCustomError(d.vault, 'StakeTooLarge')
      .withArgs(MAX + 1n)
    await stake(MAX)
    await d.vault.connect(d.module).lock(d.agentId, d.owner, MAX)
    await expect(stake(1n)).to.be.revertedWithCustomError(d.vault, 'StakeTooLarge').withArgs(1n)
    await d.vault.connect(d.module).unlock(d.agentId, d.owner, MAX)
    expect(await d.vault.freeStake(d.agentId, d.owner, d.module)).to.equal(MAX)
  })

  it('refuses a stake token that delivers less', async () => {
    const d = await loadFixture(hostile)
    await d.bad.setMode(1)
    await expect(d.badVault.stake(d.agentId, d.module, 10n)).to.be.revertedWithCustomError(
      d.badVault,
      'InexactTransfer',
    )
  })

  it('cannot be entered twice through the token', async () => {
    const d = await loadFixture(hostile)
    const again = d.badVault.interface.encodeFunctionData('stake', [d.agentId, d.module.address, 1n])
    await d.bad.arm(d.badVault, again)
    await d.badVault.stake(d.agentId, d.module, 10n)
    expect(await d.bad.result()).to.equal(d.guarded)
    expect(await d.badVault.freeStake(d.agentId, d.owner, d.module)).to.equal(10n)
  })
})
