import { expect, loadFixture } from '../base.ts'
import { hostile, staked } from './staked.ts'

const DEAD = '0x000000000000000000000000000000000000dEaD'

describe('StakeVault: burn', () => {
  it('sends what was slashed where nobody has a key, whoever asks', async () => {
    const d = await loadFixture(staked)
    await d.asModule.lock(d.agentId, d.owner, 9n)
    await d.asModule.slash(d.agentId, d.owner, 9n, d.buyer)
    await expect(d.vault.connect(d.stranger).burn()).to.emit(d.vault, 'Burned').withArgs(5n)
    expect(await d.token.balanceOf(DEAD)).to.equal(5n)
    expect(await d.vault.toBurn()).to.equal(0n)
    await expect(d.vault.burn()).to.be.revertedWithCustomError(d.vault, 'ZeroAmount')
  })

  it('cannot stop a slash when the token refuses it', async () => {
    const d = await loadFixture(hostile)
    await d.badVault.stake(d.agentId, d.module, 10n)
    await d.bad.setBlocked(DEAD, true)
    const asModule = d.badVault.connect(d.module)
    await asModule.lock(d.agentId, d.owner, 10n)
    await asModule.slash(d.agentId, d.owner, 10n, d.buyer)
    await expect(d.badVault.burn()).to.be.revertedWith('blocked')
    expect(await d.badVault.toBurn()).to.equal(5n)
    await d.badVault.connect(d.buyer).claim(d.buyer)
    expect(await d.bad.balanceOf(d.buyer)).to.equal(5n)
  })

  it('cannot be entered twice through the token', async () => {
    const d = await loadFixture(hostile)
    await d.badVault.stake(d.agentId, d.module, 10n)
    const asModule = d.badVault.connect(d.module)
    await asModule.lock(d.agentId, d.owner, 6n)
    await asModule.slash(d.agentId, d.owner, 6n, d.buyer)
    await d.bad.arm(d.badVault, d.badVault.interface.encodeFunctionData('burn'))
    await d.badVault.burn()
    expect(await d.bad.result()).to.equal(d.guarded)
    expect(await d.bad.balanceOf(d.badVault)).to.equal(7n)
  })
})
