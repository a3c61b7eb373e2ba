import {
  BOND,
  contested,
  directed,
  EVIDENCE,
  ethers,
  expect,
  loadFixture,
  Outcome,
  outsiders,
  TERM,
  time,
  URI,
} from './fixture.ts'

describe('MeshDirectory: ban', () => {
  it('bans for a term, with evidence, and lapses', async () => {
    const d = await loadFixture(directed)
    const now = await time.latest()
    await time.setNextBlockTimestamp(now + 1)
    const until = now + 1 + TERM
    await expect(d.asGovernance.ban(d.agentId, EVIDENCE, URI))
      .to.emit(d.directory, 'Banned')
      .withArgs(d.agentId, until, EVIDENCE, URI)
      .and.to.not.emit(d.directory, 'AccusationClosed')
    expect(await d.directory.isBanned(d.agentId)).to.equal(true)
    expect((await d.directory.caseOf(d.agentId)).banEvidence).to.equal(EVIDENCE)
    await time.increaseTo(until)
    expect(await d.directory.isBanned(d.agentId)).to.equal(false)
  })

  it('decides a contested accusation: the bond returns', async () => {
    const d = await loadFixture(contested)
    await expect(d.asGovernance.ban(d.agentId, EVIDENCE, URI))
      .to.emit(d.directory, 'AccusationClosed')
      .withArgs(d.agentId, d.accuser, Outcome.Banned)
    expect(await d.directory.claimable(d.accuser)).to.equal(BOND)
    expect(await d.directory.claimable(d.owner)).to.equal(0n)
    expect(await d.directory.isBanned(d.agentId)).to.equal(true)
  })

  it('is not answered by the accused: a vote has decided', async () => {
    const d = await loadFixture(directed)
    await d.asGovernance.ban(d.agentId, EVIDENCE, URI)
    await expect(d.directory.connect(d.owner).contest(d.agentId))
      .to.be.revertedWithCustomError(d.directory, 'NoAccusation')
      .withArgs(d.agentId)
  })

  it('renews itself by another vote', async () => {
    const d = await loadFixture(directed)
    await d.asGovernance.ban(d.agentId, EVIDENCE, URI)
    await time.increase(TERM / 2)
    await d.asGovernance.ban(d.agentId, ethers.id('again'), URI)
    expect(await d.directory.bannedUntil(d.agentId)).to.equal((await time.latest()) + TERM)
  })

  it('refuses to go without evidence, and agents that do not exist', async () => {
    const d = await loadFixture(directed)
    await expect(d.asGovernance.ban(d.agentId, ethers.ZeroHash, URI)).to.be.revertedWithCustomError(
      d.directory,
      'InvalidEvidence',
    )
    await expect(d.asGovernance.ban(99n, EVIDENCE, URI))
      .to.be.revertedWithCustomError(d.registry, 'ERC721NonexistentToken')
      .withArgs(99n)
  })

  it('is governance’s alone', async () => {
    const d = await loadFixture(directed)
    for (const outsider of outsiders(d)) {
      await expect(d.directory.connect(outsider).ban(d.agentId, EVIDENCE, URI))
        .to.be.revertedWithCustomError(d.directory, 'NotGovernance')
        .withArgs(outsider)
    }
  })
})
