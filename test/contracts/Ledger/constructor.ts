import { getCreateAddress } from 'ethers'
import { DAY, deploy, ethers, expect, loadFixture } from '../base.ts'

describe('Ledger: constructor', () => {
  it('fixes modules and delay', async () => {
    const d = await loadFixture(deploy)
    expect(await d.ledger.isModule(d.escrow)).to.equal(true)
    expect(await d.ledger.isModule(d.module)).to.equal(true)
    expect(await d.ledger.isModule(d.stranger)).to.equal(false)
    expect(await d.ledger.withdrawalDelay()).to.equal(DAY)
  })

  it('refuses nobody and itself as modules', async () => {
    const d = await loadFixture(deploy)
    const factory = await ethers.getContractFactory('Ledger')
    await expect(factory.deploy([ethers.ZeroAddress], DAY))
      .to.be.revertedWithCustomError(d.ledger, 'InvalidAccount')
      .withArgs(ethers.ZeroAddress)
    const own = getCreateAddress({ from: d.deployer.address, nonce: await d.deployer.getNonce() })
    await expect(factory.deploy([own], DAY))
      .to.be.revertedWithCustomError(d.ledger, 'InvalidAccount')
      .withArgs(own)
  })
})
