import { bindWallet, expect, loadFixture } from '../base.ts'
import { expectUnbound, registered } from './registered.ts'

describe('IdentityRegistry: unsetAgentWallet', () => {
  it('clears wallet and binding', async () => {
    const d = await loadFixture(registered)
    await bindWallet(d, d.owner, d.agentId, d.seller)
    await expect(d.registry.connect(d.owner).unsetAgentWallet(d.agentId))
      .to.emit(d.registry, 'MetadataSet')
      .withArgs(d.agentId, 'agentWallet', 'agentWallet', '0x')
    await expectUnbound(d)
  })

  it('is refused to everybody but owner and approved accounts', async () => {
    const d = await loadFixture(registered)
    await bindWallet(d, d.owner, d.agentId, d.seller)
    await expect(d.registry.connect(d.seller).unsetAgentWallet(d.agentId))
      .to.be.revertedWithCustomError(d.registry, 'NotAuthorized')
      .withArgs(d.seller, d.agentId)
  })
})
