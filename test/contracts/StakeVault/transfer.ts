import { DOLLAR, expect, fund, loadFixture, stakeFor, time } from '../base.ts'
import { DELAY, expectPosition, staked } from './staked.ts'

/** The owner sold its staked agent to the stranger. */
async function sold() {
  const d = await staked()
  await d.asModule.lock(d.agentId, d.owner, 10n)
  await d.registry.connect(d.owner).transferFrom(d.owner, d.stranger, d.agentId)
  return d
}

describe('StakeVault: transfer of the identity token', () => {
  it('leaves stake and locks with who deposited, and none with the new owner', async () => {
    const d = await loadFixture(sold)
    await expectPosition(d, [DOLLAR, 10n, 0n])
    await expectPosition(d, [0n, 0n, 0n], { depositor: d.stranger })
    await expect(d.asModule.lock(d.agentId, d.stranger, 1n))
      .to.be.revertedWithCustomError(d.vault, 'InsufficientStake')
      .withArgs(d.agentId, d.stranger, d.module, 0n, 1n)
  })

  it('keeps what both staked apart', async () => {
    const d = await loadFixture(sold)
    await stakeFor(d, d.stranger, d.agentId, 7n, d.module.address)
    await d.asModule.unlock(d.agentId, d.owner, 10n)
    await d.asModule.lock(d.agentId, d.stranger, 7n)
    await expectPosition(d, [DOLLAR, 0n, 0n])
    await expectPosition(d, [7n, 7n, 0n], { depositor: d.stranger })
  })

  it('takes stake from nobody but the former owner for its locks', async () => {
    const d = await loadFixture(sold)
    await stakeFor(d, d.stranger, d.agentId, 7n, d.module.address)
    await d.asModule.slash(d.agentId, d.owner, 10n, d.buyer)
    await expectPosition(d, [DOLLAR - 10n, 0n, 0n])
    await expectPosition(d, [7n, 0n, 0n], { depositor: d.stranger })
  })

  it('lets the former owner withdraw, and nobody else', async () => {
    const d = await loadFixture(sold)
    await d.asOwner.requestUnstake(d.agentId, d.module, DOLLAR)
    await time.increase(DELAY)
    await expect(
      d.vault.connect(d.stranger).unstake(d.agentId, d.module, d.stranger),
    ).to.be.revertedWithCustomError(d.vault, 'NothingToUnstake')
    await d.asOwner.unstake(d.agentId, d.module, d.owner)
    expect(await d.token.balanceOf(d.owner)).to.equal(DOLLAR - 10n)
  })

  it('lets the former owner stake no more, until the agent comes back', async () => {
    const d = await loadFixture(sold)
    await fund(d, d.owner, d.addresses.vault, 5n)
    await expect(d.asOwner.stake(d.agentId, d.module, 5n)).to.be.revertedWithCustomError(
      d.vault,
      'NotAgentOwner',
    )
    await d.registry.connect(d.stranger).transferFrom(d.stranger, d.owner, d.agentId)
    await d.asOwner.stake(d.agentId, d.module, 5n)
    await expectPosition(d, [DOLLAR + 5n, 10n, 0n])
  })
})
