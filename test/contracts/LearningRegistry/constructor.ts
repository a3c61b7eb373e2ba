import { ethers, expect, loadFixture, SALT } from '../base.ts'
import { deployLearning } from './fixture.ts'

describe('LearningRegistry: constructor', () => {
  it('deploys the panel over the same contracts', async () => {
    const d = await loadFixture(deployLearning)
    expect(await d.panel.registry()).to.equal(d.addresses.rounds)
    for (const part of [d.rounds, d.panel]) {
      expect(await part.vault()).to.equal(d.addresses.vault)
      expect(await part.identityRegistry()).to.equal(d.addresses.registry)
      expect((await part.eip712Domain()).salt).to.equal(SALT)
    }
    expect(await d.rounds.ledger()).to.equal(d.addresses.ledger)
  })

  it('refuses a ledger that does not know it as a module', async () => {
    const d = await loadFixture(deployLearning)
    await expect(
      ethers.deployContract('LearningRegistry', [d.ledger, d.vault, d.registry, SALT]),
    ).to.be.revertedWithCustomError(d.rounds, 'NotLedgerModule')
  })

  it('refuses a vault over another identity registry', async () => {
    const d = await loadFixture(deployLearning)
    const other = await ethers.deployContract('IdentityRegistry')
    const { getCreateAddress } = ethers
    const nonce = await d.deployer.getNonce()
    const future = getCreateAddress({ from: d.deployer.address, nonce: nonce + 1 })
    const ledger = await ethers.deployContract('Ledger', [[future], d.stranger])
    await expect(ethers.deployContract('LearningRegistry', [ledger, d.vault, other, SALT]))
      .to.be.revertedWithCustomError(d.rounds, 'RegistryMismatch')
      .withArgs(d.addresses.registry, other)
  })
})
