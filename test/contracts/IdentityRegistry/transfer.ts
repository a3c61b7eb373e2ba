import { bindWallet, expect, loadFixture, signAgentWallet } from '../base.ts'
import { expectUnbound, registered, setWallet } from './registered.ts'

describe('IdentityRegistry: transfer', () => {
  it('clears wallet and binding, for the next owner has to be consented to anew', async () => {
    const d = await loadFixture(registered)
    await bindWallet(d, d.owner, d.agentId, d.seller)
    await d.registry.connect(d.owner).transferFrom(d.owner, d.stranger, d.agentId)
    await expectUnbound(d)
  })

  it('clears them by safe transfer, and to oneself, as well', async () => {
    const d = await loadFixture(registered)
    await bindWallet(d, d.owner, d.agentId, d.seller)
    await d.registry
      .connect(d.owner)
      ['safeTransferFrom(address,address,uint256)'](d.owner, d.owner, d.agentId)
    await expectUnbound(d)
  })

  it('makes the consent given to the former owner worthless', async () => {
    const d = await loadFixture(registered)
    const signature = await signAgentWallet(d, d.seller, d.message)
    await d.registry.connect(d.owner).transferFrom(d.owner, d.stranger, d.agentId)
    await expect(setWallet(d, d.stranger, signature)).to.be.revertedWithCustomError(
      d.registry,
      'InvalidWalletSig',
    )
  })

  it('lets the wallet speak for another agent at once', async () => {
    const d = await loadFixture(registered)
    await bindWallet(d, d.owner, d.agentId, d.seller)
    await d.registry.connect(d.owner).transferFrom(d.owner, d.buyer, d.agentId)
    await bindWallet(d, d.stranger, d.otherId, d.seller)
    expect(await d.registry.agentIdOf(d.seller)).to.equal(d.otherId)
  })
})
