import {
  accused,
  BOND,
  directed,
  EVIDENCE,
  expect,
  loadFixture,
  Outcome,
  outsiders,
  SILENCE,
  time,
  URI,
} from './fixture.ts'

describe('MeshDirectory: acquit', () => {
  it('lifts the ban of an earlier vote', async () => {
    const d = await loadFixture(directed)
    await d.asGovernance.ban(d.agentId, EVIDENCE, URI)
    await expect(d.asGovernance.acquit(d.agentId))
      .to.emit(d.directory, 'Acquitted')
      .withArgs(d.agentId)
      .and.to.not.emit(d.directory, 'AccusationClosed')
    expect(await d.directory.isBanned(d.agentId)).to.equal(false)
  })

  it('lifts a ban by silence, at the accuser’s cost', async () => {
    const d = await loadFixture(accused)
    await time.increase(SILENCE)
    expect(await d.directory.isBanned(d.agentId)).to.equal(true)
    await expect(d.asGovernance.acquit(d.agentId))
      .to.emit(d.directory, 'AccusationClosed')
      .withArgs(d.agentId, d.accuser, Outcome.Acquitted)
    expect(await d.directory.isBanned(d.agentId)).to.equal(false)
    expect(await d.directory.claimable(d.owner)).to.equal(BOND / 2n)
    expect(await d.directory.claimable(d.accuser)).to.equal(0n)
  })

  it('pays who owns the agent now', async () => {
    const d = await loadFixture(accused)
    await d.registry.connect(d.owner).transferFrom(d.owner, d.stranger, d.agentId)
    await d.asGovernance.acquit(d.agentId)
    expect(await d.directory.claimable(d.stranger)).to.equal(BOND / 2n)
  })

  it('is governance’s alone', async () => {
    const d = await loadFixture(directed)
    for (const outsider of outsiders(d)) {
      await expect(d.directory.connect(outsider).acquit(d.agentId))
        .to.be.revertedWithCustomError(d.directory, 'NotGovernance')
        .withArgs(outsider)
    }
  })
})
