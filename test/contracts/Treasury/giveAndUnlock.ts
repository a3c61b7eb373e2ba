import { DOLLAR, ethers, expect, loadFixture, type Signer } from '../base.ts'
import { expectPosition, staked } from '../StakeVault/staked.ts'

/** The module has locked ten units of the owner's stake. */
async function locked() {
  const d = await staked()
  await d.asModule.lock(d.agentId, d.owner, 10n)
  const treasury = await ethers.getContractAt('Treasury', d.addresses.ledger)
  const call = (caller: Signer, unlocked: bigint) =>
    treasury.connect(caller).giveAndUnlock(d.token, d.seller, 8n, 2n, d.agentId, d.owner, unlocked)
  const given = async () => [
    await d.ledger.balanceOf(d.token, d.seller),
    await d.ledger.feesOf(d.token, d.seller),
  ]
  return { ...d, call, given }
}

describe('Treasury: giveAndUnlock', () => {
  it('credits the amount, sets the fee aside and frees the lock', async () => {
    const d = await loadFixture(locked)
    await d.call(d.module, 7n)
    expect(await d.given()).to.deep.equal([8n, 2n])
    await expectPosition(d, [DOLLAR, 3n, 0n])
  })

  it('is for modules, so that nobody credits itself', async () => {
    const d = await loadFixture(locked)
    for (const unlocked of [0n, 7n]) {
      await expect(d.call(d.seller, unlocked))
        .to.be.revertedWithCustomError(d.ledger, 'NotModule')
        .withArgs(d.seller)
    }
  })

  it('gives nothing when it frees more than is locked', async () => {
    const d = await loadFixture(locked)
    await expect(d.call(d.module, 11n))
      .to.be.revertedWithCustomError(d.vault, 'NotLocked')
      .withArgs(d.agentId, d.owner, d.module, 10n, 11n)
    expect(await d.given()).to.deep.equal([0n, 0n])
  })
})
