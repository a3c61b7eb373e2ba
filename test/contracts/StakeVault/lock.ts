import { DOLLAR, ethers, expect, loadFixture, stakeFor } from '../base.ts'
import { expectPosition, LOCK, LockStatus, staked } from './staked.ts'

describe('StakeVault: lock', () => {
  it('locks stake of the present owner', async () => {
    const d = await loadFixture(staked)
    await expect(d.asModule.lock(LOCK, d.agentId, 4n))
      .to.emit(d.vault, 'Locked')
      .withArgs(d.agentId, d.module, LOCK, d.owner, 4n)
    await expectPosition(d, d.owner.address, [DOLLAR, 4n, 0n])
    expect(await d.vault.freeStake(d.agentId)).to.equal(DOLLAR - 4n)
    expect([...(await d.vault.lockOf(d.module, LOCK))]).to.deep.equal([
      d.agentId,
      d.owner.address,
      4n,
      LockStatus.Live,
    ])
  })

  it('is refused to modules that the owner did not approve', async () => {
    const d = await loadFixture(staked)
    await expect(d.vault.connect(d.stranger).lock(LOCK, d.agentId, 1n))
      .to.be.revertedWithCustomError(d.vault, 'ModuleNotApproved')
      .withArgs(d.owner, d.stranger)
  })

  it('refuses to lock nothing', async () => {
    const d = await loadFixture(staked)
    await expect(d.asModule.lock(LOCK, d.agentId, 0n)).to.be.revertedWithCustomError(d.vault, 'ZeroAmount')
  })

  it('goes up to the free stake: what is neither locked nor queued', async () => {
    const d = await loadFixture(staked)
    await d.asModule.lock(LOCK, d.agentId, 10n)
    await d.vault.connect(d.owner).requestWithdrawal(d.agentId, 20n)
    const free = DOLLAR - 30n
    await expect(d.asModule.lock(ethers.id('second'), d.agentId, free + 1n))
      .to.be.revertedWithCustomError(d.vault, 'InsufficientStake')
      .withArgs(d.agentId, d.owner, free, free + 1n)
    await d.asModule.lock(ethers.id('second'), d.agentId, free)
    expect(await d.vault.freeStake(d.agentId)).to.equal(0n)
  })

  it('refuses amounts beyond 128 bits, instead of cutting them', async () => {
    const d = await loadFixture(staked)
    await expect(d.asModule.lock(LOCK, d.agentId, 2n ** 128n + 1n)).to.be.revertedWithCustomError(
      d.vault,
      'InsufficientStake',
    )
  })

  it('takes each id of a module once, also after its release', async () => {
    const d = await loadFixture(staked)
    await d.asModule.lock(LOCK, d.agentId, 1n)
    const again = () => d.asModule.lock(LOCK, d.agentId, 1n)
    await expect(again()).to.be.revertedWithCustomError(d.vault, 'LockExists').withArgs(d.module, LOCK)
    await d.asModule.unlock(LOCK)
    await expect(again()).to.be.revertedWithCustomError(d.vault, 'LockExists').withArgs(d.module, LOCK)
  })

  it('keeps the ids of different modules apart, so that none can occupy another’s', async () => {
    const d = await loadFixture(staked)
    await stakeFor(d, d.owner, d.agentId, DOLLAR, d.stranger.address)
    await d.vault.connect(d.stranger).lock(LOCK, d.agentId, 1n)
    await d.asModule.lock(LOCK, d.agentId, 2n)
    await d.vault.connect(d.stranger).unlock(LOCK)
    await expectPosition(d, d.owner.address, [2n * DOLLAR, 2n, 0n])
  })

  it('cannot reach the stake of the former owner', async () => {
    const d = await loadFixture(staked)
    await d.registry.connect(d.owner).transferFrom(d.owner, d.stranger, d.agentId)
    await expect(d.asModule.lock(LOCK, d.agentId, 1n))
      .to.be.revertedWithCustomError(d.vault, 'ModuleNotApproved')
      .withArgs(d.stranger, d.module)
    await d.vault.connect(d.stranger).approveModule(d.module, true)
    await expect(d.asModule.lock(LOCK, d.agentId, 1n))
      .to.be.revertedWithCustomError(d.vault, 'InsufficientStake')
      .withArgs(d.agentId, d.stranger, 0n, 1n)
  })

  it('knows no lock that was never made', async () => {
    const d = await loadFixture(staked)
    expect([...(await d.vault.lockOf(d.module, LOCK))]).to.deep.equal([
      0n,
      ethers.ZeroAddress,
      0n,
      LockStatus.None,
    ])
  })
})
