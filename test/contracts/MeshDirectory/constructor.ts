import { directed, ESCROW, ethers, expect, genesis, loadFixture, name, SALT, Status } from './fixture.ts'

describe('MeshDirectory: constructor', () => {
  it('begins with what it was given', async () => {
    const d = await loadFixture(directed)
    expect(await d.directory.governance()).to.equal(d.governance.address)
    expect(await d.directory.identityRegistry()).to.equal(d.addresses.registry)
    expect(await d.directory.bondToken()).to.equal(await d.votes.getAddress())
    expect(await d.directory.accusationBond()).to.equal(d.first.accusationBond)
    expect(await d.directory.maxMinStake()).to.equal(d.first.maxMinStake)
    expect(await d.directory.maxMinReputation()).to.equal(d.first.maxMinReputation)
    expect([...(await d.directory.currentContract(ESCROW))]).to.deep.equal([d.addresses.escrow, 1n])
    expect(await d.directory.protocolStatus(name('negotiation'), 1)).to.equal(Status.Current)
    expect((await d.directory.quotaOf(name('intents'))).perMinute).to.equal(d.first.quota.perMinute)
  })

  it('announces it, so that whoever reads events alone knows as much', async () => {
    const d = await loadFixture(directed)
    const transaction = d.directory.deploymentTransaction()
    await expect(transaction)
      .to.emit(d.directory, 'ContractRegistered')
      .withArgs(ESCROW, 1n, d.addresses.escrow)
      .and.to.emit(d.directory, 'ProtocolRegistered')
      .withArgs(name('negotiation'), 1n)
      .and.to.emit(d.directory, 'AdmissionSet')
      .withArgs(ethers.ZeroHash, 0n, 0n)
      .and.to.emit(d.directory, 'QuotaSet')
      .withArgs(ethers.ZeroHash, 60n, 30n)
      .and.to.emit(d.directory, 'SpamRulesSet')
      .withArgs(Object.values(d.first.spamRules))
      .and.to.emit(d.directory, 'AccusationBondSet')
      .withArgs(d.first.accusationBond)
  })

  it('is the salted domain of what agents sign for one another', async () => {
    const d = await loadFixture(directed)
    const { chainId } = await ethers.provider.getNetwork()
    const verifyingContract = await d.directory.getAddress()
    const domain = { name: 'MESH', version: '1', chainId, verifyingContract, salt: SALT }
    expect(await d.directory.domainSeparator()).to.equal(ethers.TypedDataEncoder.hashDomain(domain))
  })

  it('holds its first values to the same bounds', async () => {
    const d = await loadFixture(directed)
    const first = genesis(d.governance.address, d.addresses.registry, await d.votes.getAddress())
    const outside = [
      { accusationBond: 9n },
      { accusationBond: (2n ** 128n - 1n) / 10n + 1n },
      { admission: { minStake: first.maxMinStake + 1n, minReputation: 0 } },
      { quota: { perMinute: 0, burst: 30 } },
      { spamRules: { ...first.spamRules, muteDuration: 0 } },
    ]
    for (const override of outside) {
      await expect(
        ethers.deployContract('MeshDirectory', [{ ...first, ...override }, SALT]),
      ).to.be.revertedWithCustomError(d.directory, 'OutOfBounds')
    }
  })
})
