import {
  agentWalletTypes,
  bindWallet,
  deploy,
  ethers,
  expect,
  loadFixture,
  malleate,
  register,
  type Signer,
  signAgentWallet,
  time,
} from '../base.ts'

/** Two agents: one of `owner`, one of `stranger`. */
async function registered() {
  const d = await deploy()
  const agentId = await register(d, d.owner)
  const otherId = await register(d, d.stranger)
  const deadline = (await time.latest()) + 250
  const message = { agentId, newWallet: d.seller.address, owner: d.owner.address, deadline }
  return { ...d, agentId, otherId, deadline, message }
}

type Registered = Awaited<ReturnType<typeof registered>>

const set = (
  d: Registered,
  caller: Signer,
  signature: string,
  { wallet = d.seller.address, deadline = d.deadline } = {},
) => d.registry.connect(caller).setAgentWallet(d.agentId, wallet, deadline, signature)

async function expectUnbound(d: Registered) {
  expect(await d.registry.getAgentWallet(d.agentId)).to.equal(ethers.ZeroAddress)
  expect(await d.registry.getMetadata(d.agentId, 'agentWallet')).to.equal('0x')
  expect(await d.registry.agentIdOf(d.seller)).to.equal(0n)
}

describe('IdentityRegistry: setAgentWallet', () => {
  it('binds the wallet that signed', async () => {
    const d = await loadFixture(registered)
    await expect(set(d, d.owner, await signAgentWallet(d, d.seller, d.message)))
      .to.emit(d.registry, 'MetadataSet')
      .withArgs(d.agentId, 'agentWallet', 'agentWallet', d.seller.address.toLowerCase())
    expect(await d.registry.getAgentWallet(d.agentId)).to.equal(d.seller.address)
    expect(await d.registry.agentIdOf(d.seller)).to.equal(d.agentId)
  })

  it('may be called by approved accounts, and by nobody else', async () => {
    const d = await loadFixture(registered)
    const signature = await signAgentWallet(d, d.seller, d.message)
    await expect(set(d, d.seller, signature))
      .to.be.revertedWithCustomError(d.registry, 'NotAuthorized')
      .withArgs(d.seller, d.agentId)
    await d.registry.connect(d.owner).approve(d.stranger, d.agentId)
    await set(d, d.stranger, signature)
  })

  it('refuses the zero address', async () => {
    const d = await loadFixture(registered)
    await expect(set(d, d.owner, '0x', { wallet: ethers.ZeroAddress })).to.be.revertedWithCustomError(
      d.registry,
      'BadWallet',
    )
  })

  it('accepts the signature in the second of its deadline and not after', async () => {
    const d = await loadFixture(registered)
    const signature = await signAgentWallet(d, d.seller, d.message)
    await time.setNextBlockTimestamp(d.deadline)
    await set(d, d.owner, signature)
    await expect(set(d, d.owner, signature))
      .to.be.revertedWithCustomError(d.registry, 'Expired')
      .withArgs(d.deadline, d.deadline + 1)
  })

  it('refuses a deadline more than five minutes ahead', async () => {
    const d = await loadFixture(registered)
    const now = (await time.latest()) + 10
    const deadline = now + 301
    const signature = await signAgentWallet(d, d.seller, { ...d.message, deadline })
    await time.setNextBlockTimestamp(now)
    await expect(set(d, d.owner, signature, { deadline }))
      .to.be.revertedWithCustomError(d.registry, 'DeadlineTooFar')
      .withArgs(deadline, now + 300)
    await time.setNextBlockTimestamp(now + 1)
    await set(d, d.owner, signature, { deadline })
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
      await expect(set(d, d.owner, signature))
        .to.be.revertedWithCustomError(d.registry, 'InvalidWalletSig')
        .withArgs(d.seller)
    }
  })

  it('accepts what a contract wallet accepts (ERC-1271)', async () => {
    const d = await loadFixture(registered)
    const wallet = await (await ethers.deployContract('ContractWallet', [d.seller])).getAddress()
    const message = { ...d.message, newWallet: wallet }
    await expect(set(d, d.owner, await signAgentWallet(d, d.stranger, message), { wallet }))
      .to.be.revertedWithCustomError(d.registry, 'InvalidWalletSig')
      .withArgs(wallet)
    await set(d, d.owner, await signAgentWallet(d, d.seller, message), { wallet })
    expect(await d.registry.agentIdOf(wallet)).to.equal(d.agentId)
  })

  it('refuses a wallet that speaks for another agent, until that one lets it go', async () => {
    const d = await loadFixture(registered)
    await bindWallet(d, d.stranger, d.otherId, d.seller)
    const signature = await signAgentWallet(d, d.seller, d.message)
    await expect(set(d, d.owner, signature))
      .to.be.revertedWithCustomError(d.registry, 'WalletAlreadyBound')
      .withArgs(d.seller, d.otherId)
    await d.registry.connect(d.stranger).unsetAgentWallet(d.otherId)
    await set(d, d.owner, signature)
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
    await set(d, d.owner, await signAgentWallet(d, d.seller, d.message))
  })
})

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
    await expect(set(d, d.stranger, signature)).to.be.revertedWithCustomError(d.registry, 'InvalidWalletSig')
  })

  it('lets the wallet speak for another agent at once', async () => {
    const d = await loadFixture(registered)
    await bindWallet(d, d.owner, d.agentId, d.seller)
    await d.registry.connect(d.owner).transferFrom(d.owner, d.buyer, d.agentId)
    await bindWallet(d, d.stranger, d.otherId, d.seller)
    expect(await d.registry.agentIdOf(d.seller)).to.equal(d.otherId)
  })
})
