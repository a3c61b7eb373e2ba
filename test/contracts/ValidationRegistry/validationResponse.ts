import { ethers, expect, loadFixture, time } from '../base.ts'
import { answer, ask, REQUEST, RESPONSE, validated } from './fixture.ts'

describe('ValidationRegistry: validationResponse', () => {
  it('answers, and may answer again', async () => {
    const d = await loadFixture(validated)
    await ask(d, d.module)
    for (const [response, tag] of [
      [40n, 'soft'],
      [100n, ''],
      [0n, 'a tag that is longer than one storage slot can hold'],
    ] as const) {
      await expect(answer(d, d.module, response, REQUEST, tag))
        .to.emit(d.validation, 'ValidationResponse')
        .withArgs(d.module, d.agentId, REQUEST, response, 'ipfs://response', RESPONSE, tag)
      const now = BigInt(await time.latest())
      const status = await d.validation.getValidationStatus(REQUEST)
      expect([...status]).to.deep.equal([d.module.address, d.agentId, response, RESPONSE, tag, now])
    }
  })

  it('is the validator’s alone', async () => {
    const d = await loadFixture(validated)
    await ask(d, d.module)
    for (const caller of [d.owner, d.stranger]) {
      await expect(answer(d, caller, 100n))
        .to.be.revertedWithCustomError(d.validation, 'NotValidator')
        .withArgs(caller, d.module)
    }
  })

  it('is at most 100', async () => {
    const d = await loadFixture(validated)
    await ask(d, d.module)
    await expect(answer(d, d.module, 101n))
      .to.be.revertedWithCustomError(d.validation, 'ResponseOutOfRange')
      .withArgs(101n)
  })

  it('answers what was asked', async () => {
    const d = await loadFixture(validated)
    const unknown = ethers.id('unknown')
    await expect(answer(d, d.module, 1n, unknown))
      .to.be.revertedWithCustomError(d.validation, 'UnknownRequest')
      .withArgs(unknown)
    await expect(d.validation.getValidationStatus(unknown))
      .to.be.revertedWithCustomError(d.validation, 'UnknownRequest')
      .withArgs(unknown)
  })
})
