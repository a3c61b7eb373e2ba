import { directed, ENERGY, ethers, expect, loadFixture, name, outsiders } from './fixture.ts'

describe('MeshDirectory: setAdmission', () => {
  it('sets a domain’s own; others keep the default', async () => {
    const d = await loadFixture(directed)
    await expect(d.asGovernance.setAdmission(ENERGY, { minStake: 5n, minReputation: 100 }))
      .to.emit(d.directory, 'AdmissionSet')
      .withArgs(ENERGY, 5n, 100n)
    expect([...(await d.directory.admissionOf(ENERGY))]).to.deep.equal([5n, 100n])
    expect([...(await d.directory.admissionOf(name('ride')))]).to.deep.equal([0n, 0n])
  })

  it('changes the default for all that have none of their own, be that zero', async () => {
    const d = await loadFixture(directed)
    await d.asGovernance.setAdmission(ENERGY, { minStake: 0n, minReputation: 0 })
    await d.asGovernance.setAdmission(ethers.ZeroHash, { minStake: 7n, minReputation: 200 })
    expect([...(await d.directory.admissionOf(name('ride')))]).to.deep.equal([7n, 200n])
    expect([...(await d.directory.admissionOf(ENERGY))]).to.deep.equal([0n, 0n])
  })

  it('goes up to the bounds, so that newcomers always get in', async () => {
    const d = await loadFixture(directed)
    const { maxMinStake, maxMinReputation } = d.first
    await d.asGovernance.setAdmission(ENERGY, { minStake: maxMinStake, minReputation: maxMinReputation })
    await expect(d.asGovernance.setAdmission(ENERGY, { minStake: maxMinStake + 1n, minReputation: 0 }))
      .to.be.revertedWithCustomError(d.directory, 'OutOfBounds')
      .withArgs(name('minStake'), maxMinStake + 1n, 0n, maxMinStake)
    await expect(d.asGovernance.setAdmission(ENERGY, { minStake: 0n, minReputation: maxMinReputation + 1 }))
      .to.be.revertedWithCustomError(d.directory, 'OutOfBounds')
      .withArgs(name('minReputation'), maxMinReputation + 1, 0n, maxMinReputation)
  })

  it('is governance’s alone', async () => {
    const d = await loadFixture(directed)
    for (const outsider of outsiders(d)) {
      await expect(d.directory.connect(outsider).setAdmission(ENERGY, { minStake: 0n, minReputation: 0 }))
        .to.be.revertedWithCustomError(d.directory, 'NotGovernance')
        .withArgs(outsider)
    }
  })
})
