import { expect, loadFixture } from '../base.ts'
import { registered } from './registered.ts'

describe('IdentityRegistry: setMetadata', () => {
  it('stores what the owner and approved accounts write', async () => {
    const d = await loadFixture(registered)
    await expect(d.registry.connect(d.owner).setMetadata(d.agentId, 'k', '0xaa'))
      .to.emit(d.registry, 'MetadataSet')
      .withArgs(d.agentId, 'k', 'k', '0xaa')
    await d.registry.connect(d.owner).approve(d.seller, d.agentId)
    await d.registry.connect(d.seller).setMetadata(d.agentId, 'k', '0xbb')
    expect(await d.registry.getMetadata(d.agentId, 'k')).to.equal('0xbb')
    expect(await d.registry.getMetadata(d.agentId, 'other')).to.equal('0x')
  })

  it('is refused to everybody else, and for agents that do not exist', async () => {
    const d = await loadFixture(registered)
    await expect(d.registry.connect(d.stranger).setMetadata(d.agentId, 'k', '0x'))
      .to.be.revertedWithCustomError(d.registry, 'NotAuthorized')
      .withArgs(d.stranger, d.agentId)
    await expect(d.registry.connect(d.owner).setMetadata(99n, 'k', '0x')).to.be.revertedWithCustomError(
      d.registry,
      'ERC721NonexistentToken',
    )
  })

  it('leaves the wallet to setAgentWallet', async () => {
    const d = await loadFixture(registered)
    await expect(
      d.registry.connect(d.owner).setMetadata(d.agentId, 'agentWallet', d.stranger.address),
    ).to.be.revertedWithCustomError(d.registry, 'ReservedKey')
  })

  it('survives a transfer', async () => {
    const d = await loadFixture(registered)
    await d.registry.connect(d.owner).setMetadata(d.agentId, 'k', '0xaa')
    await d.registry.connect(d.owner).transferFrom(d.owner, d.stranger, d.agentId)
    expect(await d.registry.getMetadata(d.agentId, 'k')).to.equal('0xaa')
  })
})
