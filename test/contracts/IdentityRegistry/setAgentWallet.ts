import {
  agentWalletTypes,
  bindWallet,
  ethers,
  expect,
  loadFixture,
  malleate,
  signAgentWallet,
  time,
} from '../base.ts'
import { registered, setWallet } from './registered.ts'

describe('IdentityRegistry: setAgentWallet', () => {
  it('binds the wallet that signed', async () => {
    const d = await loadFixture(registered)
    await expect(setWallet(d, d.owner, await signAgentWallet(d, d.seller, d.message)))
      .to.emit(d.registry, 'MetadataSet')
      .withArgs(d.agentId, 'agentWallet', 'agentWallet', d.seller.address.toLowerCase())
    expect(await d.registry.getAgentWallet(d.agentId)).to.equal(d.seller.address)
    expect(await d.registry.agentIdOf(d.seller)).to.equal(d.agentId)
  })

  it('may be called by approved accounts, and by nobody else', async () => {
    const d = await loadFixture(registered)
    const signature = await signAgentWallet(d, d.seller, d.message)
    await expect(setWallet(d, d.seller, signature))
      .to.be.revertedWithCustomError(d.registry, 'NotAuthorized')
      .withArgs(d.seller, d.agentId)
    await d.registry.connect(d.owner).approve(d.stranger, d.agentId)
    await setWallet(d, d.stranger, signature)
  })

  it('refuses the zero address', async () => {
    const d = await loadFixture(registered)
    await expect(setWallet(d, d.owner, '0x', { wallet: ethers.ZeroAddress })).to.be.revertedWithCustomError(
      d.registry,
      'BadWallet',
    )
  })

  it('accepts the signature in the second of its deadline and not after', async () => {
    const d = await loadFixture(registered)
    const signature = await signAgentWallet(d, d.seller, d.message)
    await time.setNextBlockTimestamp(d.deadline)
    await setWallet(d, d.owner, signature)
    await expect(setWallet(d, d.owner, signature))
      .to.be.revertedWithCustomError(d.registry, 'Expired')
      .withArgs(d.deadline, d.deadline + 1)
  })

  it('refuses a deadline more than five minutes ahead', async () => {
    const d = await loadFixture(registered)
    const now = (await time.latest()) + 10
    const deadline = now + 301
    const signature = await signAgentWallet(d, d.seller, { ...d.message, deadline })
    await time.setNextBlockTimestamp(now)
    await expect(setWallet(d, d.owner, signature, { deadline }))
      .to.be.revertedWithCustomError(d.registry, 'DeadlineTooFar')
      .withArgs(deadline, now + 300)
    await time.setNextBlockTimestamp(now + 1)
    await setWallet(d, d.owner, signature, { deadline })
  })

  it('refuses what the wallet did not sign, field by field', async () => {
    const d = await loadFixture(registered)
    const signatures = [
      '0x',
      await signAgentWallet(d, d.owner, d.message),
      await signAgentWallet(d, d.seller, { ...d.message, agentId: d.otherId }),
      await signAgentWallet(d, d.seller, { ...d.message, newWallet: d.stranger.address }),
      await signAgentWallet(d, d.seller, { ...d.message, owner: d.stranger.address }),
      await signAgentWallet(d, d.seller, { ...d.message, deadline: d.deadline + 1 }),
      malleate(await signAgentWallet(d, d.seller, d.message)),
    ]
    for (const signature of signatures) {
      await expect(setWallet(d, d.owner, signature))
        .to.be.revertedWithCustomError(d.registry, 'InvalidWalletSig')
        .withArgs(d.seller)
    }
  })

  it('accepts what a contract wallet accepts (ERC-1271)', async () => {
    const d = await loadFixture(registered)
    const wallet = await (await ethers.deployContract('ContractWallet', [d.seller])).getAddress()
    const message = { ...d.message, newWallet: wallet }
    await expect(setWallet(d, d.owner, await signAgentWallet(d, d.stranger, message), { wallet }))
      .to.be.revertedWithCustomError(d.registry, 'InvalidWalletSig')
      .withArgs(wallet)
    await setWallet(d, d.owner, await signAgentWallet(d, d.seller, message), { wallet })
    expect(await d.registry.agentIdOf(wallet)).to.equal(d.agentId)
  })

  it('refuses a wallet that speaks for another agent, until that one lets it go', async () => {
    const d = await loadFixture(registered)
    await bindWallet(d, d.stranger, d.otherId, d.seller)
    const signature = await signAgentWallet(d, d.seller, d.message)
    await expect(setWallet(d, d.owner, signature))
      .to.be.revertedWithCustomError(d.registry, 'WalletAlreadyBound')
      .withArgs(d.seller, d.otherId)
    await d.registry.connect(d.stranger).unsetAgentWallet(d.otherId)
    await setWallet(d, d.owner, signature)
    expect(await d.registry.agentIdOf(d.seller)).to.equal(d.agentId)
  })

  it('replaces the wallet before, which is then free', async () => {
    const d = await loadFixture(registered)
    await bindWallet(d, d.owner, d.agentId, d.seller)
    await bindWallet(d, d.owner, d.agentId, d.buyer)
    expect(await d.registry.agentIdOf(d.seller)).to.equal(0n)
    expect(await d.registry.agentIdOf(d.buyer)).to.equal(d.agentId)
    await bindWallet(d, d.stranger, d.otherId, d.seller)
  })

  it('may bind the same wallet again', async () => {
    const d = await loadFixture(registered)
    await bindWallet(d, d.owner, d.agentId, d.seller)
    await bindWallet(d, d.owner, d.agentId, d.seller)
    expect(await d.registry.agentIdOf(d.seller)).to.equal(d.agentId)
  })

  it('does not let the default wallet of one agent unbind it from another', async () => {
    const d = await loadFixture(registered)
    await bindWallet(d, d.stranger, d.otherId, d.owner)
    await d.registry.connect(d.owner).unsetAgentWallet(d.agentId)
    expect(await d.registry.agentIdOf(d.owner)).to.equal(d.otherId)
  })

  it('hashes AgentWalletSet as ethers does', async () => {
    const d = await loadFixture(registered)
    const type = 'AgentWalletSet(uint256 agentId,address newWallet,address owner,uint256 deadline)'
    expect(ethers.TypedDataEncoder.from(agentWalletTypes).encodeType('AgentWalletSet')).to.equal(type)
    await setWallet(d, d.owner, await signAgentWallet(d, d.seller, d.message))
  })
})
