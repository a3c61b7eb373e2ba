import { ethers, expect, loadFixture } from '../base.ts'
import { hostile, staked } from './staked.ts'

/** The buyer may claim 25. */
async function harmed() {
  const d = await staked()
  await d.asModule.lock(d.agentId, d.owner, 50n)
  await d.asModule.slash(d.agentId, d.owner, 50n, d.buyer)
  return d
}

describe('StakeVault: claim', () => {
  it('pays the compensation to whom the harmed account names, once', async () => {
    const d = await loadFixture(harmed)
    await expect(d.vault.connect(d.buyer).claim(d.stranger))
      .to.emit(d.vault, 'Claimed')
      .withArgs(d.buyer, d.stranger, 25n)
    expect(await d.token.balanceOf(d.stranger)).to.equal(25n)
    expect(await d.vault.claimable(d.buyer)).to.equal(0n)
    await expect(d.vault.connect(d.buyer).claim(d.buyer))
      .to.be.revertedWithCustomError(d.vault, 'NothingToClaim')
      .withArgs(d.buyer)
  })

  it('pays all compensations together', async () => {
    const d = await loadFixture(harmed)
    await d.asModule.lock(d.agentId, d.owner, 4n)
    await d.asModule.slash(d.agentId, d.owner, 4n, d.buyer)
    await d.vault.connect(d.buyer).claim(d.stranger)
    expect(await d.token.balanceOf(d.stranger)).to.equal(27n)
  })

  it('pays nobody else', async () => {
    const d = await loadFixture(harmed)
    await expect(d.vault.connect(d.owner).claim(d.owner))
      .to.be.revertedWithCustomError(d.vault, 'NothingToClaim')
      .withArgs(d.owner)
  })

  it('refuses to pay nobody or itself', async () => {
    const d = await loadFixture(harmed)
    for (const to of [ethers.ZeroAddress, d.addresses.vault]) {
      await expect(d.vault.connect(d.buyer).claim(to))
        .to.be.revertedWithCustomError(d.vault, 'InvalidRecipient')
        .withArgs(to)
    }
  })

  it('cannot be entered twice through the token', async () => {
    const d = await loadFixture(hostile)
    await d.badVault.stake(d.agentId, d.module, 10n)
    const asModule = d.badVault.connect(d.module)
    await asModule.lock(d.agentId, d.owner, 6n)
    await asModule.slash(d.agentId, d.owner, 6n, d.owner)
    await d.bad.arm(d.badVault, d.badVault.interface.encodeFunctionData('claim', [d.owner.address]))
    await d.badVault.claim(d.owner)
    expect(await d.bad.result()).to.equal(d.guarded)
    expect(await d.bad.balanceOf(d.owner)).to.equal(3n)
  })
})
