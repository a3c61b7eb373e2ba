import { bindWallet, ethers, expect, loadFixture } from '../base.ts'
import { expectUnbound, registered } from './registered.ts'

describe('IdentityRegistry: getAgentWallet', () => {
  it('is the owner as long as nothing was ever set', async () => {
    const d = await loadFixture(registered)
    expect(await d.registry.getAgentWallet(d.agentId)).to.equal(d.owner.address)
    expect(await d.registry.getMetadata(d.agentId, 'agentWallet')).to.equal(d.owner.address.toLowerCase())
  })

  it('is empty after a first transfer, and is not the new owner', async () => {
    const d = await loadFixture(registered)
    await d.registry.connect(d.owner).transferFrom(d.owner, d.stranger, d.agentId)
    await expectUnbound(d)
  })

  it('is empty after unsetting the default one', async () => {
    const d = await loadFixture(registered)
    await d.registry.connect(d.owner).unsetAgentWallet(d.agentId)
    await expectUnbound(d)
  })

  it('is what was bound last', async () => {
    const d = await loadFixture(registered)
    await bindWallet(d, d.owner, d.agentId, d.buyer)
    await bindWallet(d, d.owner, d.agentId, d.seller)
    expect(await d.registry.getAgentWallet(d.agentId)).to.equal(d.seller.address)
  })

  it('is nobody for an agent that does not exist', async () => {
    const d = await loadFixture(registered)
    expect(await d.registry.getAgentWallet(99n)).to.equal(ethers.ZeroAddress)
    expect(await d.registry.getMetadata(99n, 'agentWallet')).to.equal('0x')
  })
})
