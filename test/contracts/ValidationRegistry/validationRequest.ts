import { ethers, expect, loadFixture, time } from '../base.ts'
import { ask, REQUEST, validated } from './fixture.ts'

describe('ValidationRegistry: validationRequest', () => {
  it('asks, and remembers who was asked about whom', async () => {
    const d = await loadFixture(validated)
    await expect(ask(d, d.module))
      .to.emit(d.validation, 'ValidationRequest')
      .withArgs(d.module, d.agentId, 'ipfs://request', REQUEST)
    const status = await d.validation.getValidationStatus(REQUEST)
    const now = BigInt(await time.latest())
    expect([...status]).to.deep.equal([d.module.address, d.agentId, 0n, ethers.ZeroHash, '', now])
    expect([...(await d.validation.getAgentValidations(d.agentId))]).to.deep.equal([REQUEST])
    expect([...(await d.validation.getValidatorRequests(d.module))]).to.deep.equal([REQUEST])
    expect([...(await d.validation.getAgentValidations(d.otherId))]).to.deep.equal([])
    expect([...(await d.validation.getValidatorRequests(d.payout))]).to.deep.equal([])
  })

  it('is the owner’s, and of whom it approved', async () => {
    const d = await loadFixture(validated)
    await d.registry.connect(d.owner).approve(d.payout, d.agentId)
    await d.registry.connect(d.owner).setApprovalForAll(d.seller, true)
    for (const caller of [d.owner, d.payout, d.seller]) {
      const hash = ethers.id(caller.address)
      await d.validation.connect(caller).validationRequest(d.module, d.agentId, '', hash)
    }
    await expect(d.validation.connect(d.stranger).validationRequest(d.module, d.agentId, '', REQUEST))
      .to.be.revertedWithCustomError(d.validation, 'NotAuthorized')
      .withArgs(d.stranger, d.agentId)
    expect((await d.validation.getAgentValidations(d.agentId)).length).to.equal(3)
  })

  it('needs a validator', async () => {
    const d = await loadFixture(validated)
    await expect(
      d.validation.connect(d.owner).validationRequest(ethers.ZeroAddress, d.agentId, '', REQUEST),
    ).to.be.revertedWithCustomError(d.validation, 'BadValidator')
  })

  it('needs a hash that nobody used before, for whatever agent', async () => {
    const d = await loadFixture(validated)
    await ask(d, d.module)
    for (const [caller, agentId] of [
      [d.owner, d.agentId],
      [d.stranger, d.otherId],
    ] as const) {
      await expect(d.validation.connect(caller).validationRequest(d.payout, agentId, '', REQUEST))
        .to.be.revertedWithCustomError(d.validation, 'RequestExists')
        .withArgs(REQUEST)
    }
  })

  it('is refused for an agent that does not exist', async () => {
    const d = await loadFixture(validated)
    await expect(
      d.validation.connect(d.owner).validationRequest(d.module, 99n, '', REQUEST),
    ).to.be.revertedWithCustomError(d.registry, 'ERC721NonexistentToken')
  })
})
