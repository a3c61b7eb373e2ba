import { expect, loadFixture } from '../base.ts'
import { registered } from './registered.ts'

describe('IdentityRegistry: setAgentURI', () => {
  it('changes where the registration file is', async () => {
    const d = await loadFixture(registered)
    await d.registry.connect(d.owner).setApprovalForAll(d.seller, true)
    await expect(d.registry.connect(d.seller).setAgentURI(d.agentId, 'ipfs://new'))
      .to.emit(d.registry, 'URIUpdated')
      .withArgs(d.agentId, 'ipfs://new', d.seller)
    expect(await d.registry.tokenURI(d.agentId)).to.equal('ipfs://new')
  })

  it('is refused to everybody else', async () => {
    const d = await loadFixture(registered)
    await expect(d.registry.connect(d.stranger).setAgentURI(d.agentId, 'x'))
      .to.be.revertedWithCustomError(d.registry, 'NotAuthorized')
      .withArgs(d.stranger, d.agentId)
  })
})
