import { type Signer as EthersSigner, getCreateAddress } from 'ethers'
import { DAY, deploy, ethers, expect, loadFixture, newKey } from '../base.ts'

const factory = () => ethers.getContractFactory('Ledger')
const nextAddress = async (deployer: EthersSigner) =>
  getCreateAddress({ from: await deployer.getAddress(), nonce: await deployer.getNonce() })

describe('Ledger: constructor', () => {
  it('fixes modules, delay and fee recipient', async () => {
    const d = await loadFixture(deploy)
    expect(await d.ledger.isModule(d.escrow)).to.equal(true)
    expect(await d.ledger.isModule(d.module)).to.equal(true)
    expect(await d.ledger.isModule(d.stranger)).to.equal(false)
    expect(await d.ledger.withdrawalDelay()).to.equal(2 * DAY)
    expect(await d.ledger.feeRecipient()).to.equal(d.feeRecipient.address)
  })

  for (let count = 0; count <= 4; count++) {
    it(`has room for ${count} modules, and then knows these alone`, async () => {
      const d = await loadFixture(deploy)
      const modules = Array.from({ length: count }, () => newKey().address)
      const ledger = await (await factory()).deploy(modules, d.feeRecipient)
      for (const module of modules) expect(await ledger.isModule(module)).to.equal(true)
      expect(await ledger.isModule(d.module)).to.equal(false)
      expect(await ledger.isModule(ethers.ZeroAddress)).to.equal(false)
      await expect(ledger.take(d.token, d.buyer, 0n))
        .to.be.revertedWithCustomError(ledger, 'NotModule')
        .withArgs(d.deployer)
    })
  }

  it('has no room for a fifth', async () => {
    const d = await loadFixture(deploy)
    const modules = Array.from({ length: 5 }, () => newKey().address)
    await expect((await factory()).deploy(modules, d.feeRecipient))
      .to.be.revertedWithCustomError(d.ledger, 'TooManyModules')
      .withArgs(5, 4)
  })

  it('refuses nobody and itself as modules', async () => {
    const d = await loadFixture(deploy)
    await expect((await factory()).deploy([ethers.ZeroAddress], d.feeRecipient))
      .to.be.revertedWithCustomError(d.ledger, 'InvalidAccount')
      .withArgs(ethers.ZeroAddress)
    const own = await nextAddress(d.deployer)
    await expect((await factory()).deploy([d.module.address, own], d.feeRecipient))
      .to.be.revertedWithCustomError(d.ledger, 'InvalidAccount')
      .withArgs(own)
  })

  it('refuses a fee recipient that could withdraw nothing: nobody, itself, a module', async () => {
    const d = await loadFixture(deploy)
    for (const choose of [() => ethers.ZeroAddress, () => d.module.address, () => nextAddress(d.deployer)]) {
      const recipient = await choose()
      await expect((await factory()).deploy([d.module.address], recipient))
        .to.be.revertedWithCustomError(d.ledger, 'InvalidAccount')
        .withArgs(recipient)
    }
  })
})
