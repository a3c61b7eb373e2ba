import { DOLLAR, expect, loadFixture, time } from '../base.ts'
import { DELAY, expectPosition, staked } from './staked.ts'

/** A hundred is locked. */
async function locked() {
  const d = await staked()
  await d.asModule.lock(d.agentId, d.owner, 100n)
  return d
}

describe('StakeVault: slash', () => {
  it('takes locked stake: half of it is burned, the rest is the harmed account’s', async () => {
    const d = await loadFixture(locked)
    await expect(d.asModule.slash(d.agentId, d.owner, 40n, d.buyer))
      .to.emit(d.vault, 'Slashed')
      .withArgs(d.agentId, d.owner, d.module, d.buyer, 20n, 20n)
    await expectPosition(d, [DOLLAR - 40n, 60n, 0n])
    expect(await d.vault.claimable(d.buyer)).to.equal(20n)
    expect(await d.vault.toBurn()).to.equal(20n)
  })

  it('burns the odd unit too, so that slashing oneself never pays', async () => {
    const d = await loadFixture(locked)
    await d.asModule.slash(d.agentId, d.owner, 1n, d.owner)
    expect([await d.vault.claimable(d.owner), await d.vault.toBurn()]).to.deep.equal([0n, 1n])
    await d.asModule.slash(d.agentId, d.owner, 7n, d.owner)
    expect([await d.vault.claimable(d.owner), await d.vault.toBurn()]).to.deep.equal([3n, 5n])
  })

  it('takes no more than is locked', async () => {
    const d = await loadFixture(locked)
    for (const amount of [101n, 2n ** 104n + 1n]) {
      await expect(d.asModule.slash(d.agentId, d.owner, amount, d.buyer))
        .to.be.revertedWithCustomError(d.vault, 'NotLocked')
        .withArgs(d.agentId, d.owner, d.module, 100n, amount)
    }
    await d.asModule.slash(d.agentId, d.owner, 100n, d.buyer)
    await expect(d.asModule.slash(d.agentId, d.owner, 1n, d.buyer)).to.be.revertedWithCustomError(
      d.vault,
      'NotLocked',
    )
  })

  it('reaches queued stake, also after its delay', async () => {
    const d = await loadFixture(locked)
    await d.asOwner.requestUnstake(d.agentId, d.module, DOLLAR)
    await time.increase(DELAY)
    await d.asModule.slash(d.agentId, d.owner, 100n, d.buyer)
    await expectPosition(d, [DOLLAR - 100n, 0n, DOLLAR - 100n])
    await d.asOwner.unstake(d.agentId, d.module, d.owner)
    expect(await d.token.balanceOf(d.owner)).to.equal(DOLLAR - 100n)
    expect(await d.token.balanceOf(d.vault)).to.equal(100n)
  })

  it('leaves a queue alone that what remains still covers', async () => {
    const d = await loadFixture(locked)
    await d.asOwner.requestUnstake(d.agentId, d.module, 50n)
    await d.asModule.slash(d.agentId, d.owner, 100n, d.buyer)
    await expectPosition(d, [DOLLAR - 100n, 0n, 50n])
  })

  it('ends a queue of which nothing is left', async () => {
    const d = await loadFixture(locked)
    await d.asModule.lock(d.agentId, d.owner, DOLLAR - 100n)
    await d.asOwner.requestUnstake(d.agentId, d.module, DOLLAR)
    await d.asModule.slash(d.agentId, d.owner, DOLLAR, d.buyer)
    expect([...(await d.vault.positionOf(d.agentId, d.owner, d.module))]).to.deep.equal([0n, 0n, 0n, 0n])
    await time.increase(DELAY)
    await expect(d.asOwner.unstake(d.agentId, d.module, d.owner)).to.be.revertedWithCustomError(
      d.vault,
      'NothingToUnstake',
    )
  })
})
