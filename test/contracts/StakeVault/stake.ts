import { DAY, DOLLAR, deploy, ethers, expect, fund, loadFixture, register } from '../base.ts'

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
    expect(await d.vault.withdrawalDelay()).to.equal(DAY)
  })

  it('takes the tokens of the owner', async () => {
    const d = await loadFixture(owned)
    await expect(d.vault.connect(d.owner).stake(d.agentId, DOLLAR))
      .to.emit(d.vault, 'Staked')
      .withArgs(d.agentId, d.owner, DOLLAR)
    await d.vault.connect(d.owner).stake(d.agentId, DOLLAR)
    expect([...(await d.vault.positionOf(d.agentId, d.owner))]).to.deep.equal([2n * DOLLAR, 0n, 0n, 0n])
    expect(await d.vault.freeStake(d.agentId)).to.equal(2n * DOLLAR)
    expect(await d.token.balanceOf(d.vault)).to.equal(2n * DOLLAR)
  })

  it('is refused to everybody but the owner, approved operators included', async () => {
    const d = await loadFixture(owned)
    await d.registry.connect(d.owner).approve(d.stranger, d.agentId)
    await expect(d.vault.connect(d.stranger).stake(d.agentId, 1n))
      .to.be.revertedWithCustomError(d.vault, 'NotAgentOwner')
      .withArgs(d.stranger, d.agentId)
  })

  it('is refused for an agent that does not exist', async () => {
    const d = await loadFixture(owned)
    await expect(d.vault.connect(d.owner).stake(99n, 1n)).to.be.revertedWithCustomError(
      d.registry,
      'ERC721NonexistentToken',
    )
    await expect(d.vault.freeStake(99n)).to.be.revertedWithCustomError(d.registry, 'ERC721NonexistentToken')
  })

  it('refuses to stake nothing', async () => {
    const d = await loadFixture(owned)
    await expect(d.vault.connect(d.owner).stake(d.agentId, 0n)).to.be.revertedWithCustomError(
      d.vault,
      'ZeroAmount',
    )
  })

  it('refuses more than 128 bits can hold, locked or not, so that every lock can be released', async () => {
    const d = await loadFixture(owned)
    await fund(d, d.owner, d.addresses.vault, 2n ** 128n)
    for (const locked of [false, true]) {
      if (locked) {
        await d.vault.connect(d.owner).stake(d.agentId, 2n ** 128n - 1n)
        await d.vault.connect(d.owner).approveModule(d.module, true)
        await d.vault.connect(d.module).lock(ethers.id('lock'), d.agentId, 2n ** 128n - 1n)
      }
      const amount = locked ? 1n : 2n ** 128n
      await expect(d.vault.connect(d.owner).stake(d.agentId, amount))
        .to.be.revertedWithCustomError(d.vault, 'StakeTooLarge')
        .withArgs(amount)
    }
    await d.vault.connect(d.module).unlock(ethers.id('lock'))
    expect(await d.vault.freeStake(d.agentId)).to.equal(2n ** 128n - 1n)
  })

  it('keeps the stake of the former owner apart when the agent is sold', async () => {
    const d = await loadFixture(owned)
    await d.vault.connect(d.owner).stake(d.agentId, 3n)
    await d.registry.connect(d.owner).transferFrom(d.owner, d.stranger, d.agentId)
    expect(await d.vault.freeStake(d.agentId)).to.equal(0n)
    await expect(d.vault.connect(d.owner).stake(d.agentId, 1n)).to.be.revertedWithCustomError(
      d.vault,
      'NotAgentOwner',
    )
    await fund(d, d.stranger, d.addresses.vault, 5n)
    await d.vault.connect(d.stranger).stake(d.agentId, 5n)
    expect(await d.vault.freeStake(d.agentId)).to.equal(5n)
    expect((await d.vault.positionOf(d.agentId, d.owner)).staked).to.equal(3n)
  })

  it('counts again when the agent comes back', async () => {
    const d = await loadFixture(owned)
    await d.vault.connect(d.owner).stake(d.agentId, 3n)
    await d.registry.connect(d.owner).transferFrom(d.owner, d.stranger, d.agentId)
    await d.registry.connect(d.stranger).transferFrom(d.stranger, d.owner, d.agentId)
    expect(await d.vault.freeStake(d.agentId)).to.equal(3n)
  })

  it('refuses a stake token that delivers less', async () => {
    const d = await loadFixture(owned)
    const bad = await ethers.deployContract('HostileToken')
    const vault = await ethers.deployContract('StakeVault', [bad, d.registry, DAY])
    await bad.mint(d.owner, 10n)
    await bad.connect(d.owner).approve(vault, 10n)
    await bad.setMode(1)
    await expect(vault.connect(d.owner).stake(d.agentId, 10n)).to.be.revertedWithCustomError(
      vault,
      'InexactTransfer',
    )
  })

  it('cannot be entered twice through the token', async () => {
    const d = await loadFixture(owned)
    const bad = await ethers.deployContract('HostileToken')
    const vault = await ethers.deployContract('StakeVault', [bad, d.registry, DAY])
    await bad.mint(d.owner, 10n)
    await bad.connect(d.owner).approve(vault, 10n)
    await bad.arm(vault, vault.interface.encodeFunctionData('stake', [d.agentId, 1n]))
    await vault.connect(d.owner).stake(d.agentId, 10n)
    expect(await bad.result()).to.equal(vault.interface.encodeErrorResult('ReentrancyGuardReentrantCall', []))
    expect(await vault.freeStake(d.agentId)).to.equal(10n)
  })
})
