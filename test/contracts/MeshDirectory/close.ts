import {
  accused,
  BOND,
  contested,
  DECISION,
  directed,
  EVIDENCE,
  ethers,
  expect,
  loadFixture,
  OBJECTION,
  Outcome,
  SILENCE,
  TERM,
  time,
  URI,
} from './fixture.ts'

describe('MeshDirectory: close', () => {
  it('makes an unanswered ban final and returns the bond', async () => {
    const d = await loadFixture(accused)
    await time.setNextBlockTimestamp(d.accusedAt + OBJECTION)
    const until = d.accusedAt + SILENCE + TERM
    await expect(d.directory.connect(d.stranger).close(d.agentId))
      .to.emit(d.directory, 'Banned')
      .withArgs(d.agentId, until, EVIDENCE, '')
      .and.to.emit(d.directory, 'AccusationClosed')
      .withArgs(d.agentId, d.accuser, Outcome.Silence)
    expect(await d.directory.claimable(d.accuser)).to.equal(BOND)
    expect(await d.directory.bannedUntil(d.agentId)).to.equal(until)
    await expect(d.directory.connect(d.owner).contest(d.agentId)).to.be.revertedWithCustomError(
      d.directory,
      'NoAccusation',
    )
    await time.increaseTo(until)
    expect(await d.directory.isBanned(d.agentId)).to.equal(false)
  })

  it('acquits when no vote has decided: half of the bond to the owner, half burned', async () => {
    const d = await loadFixture(contested)
    await time.setNextBlockTimestamp(d.contestedAt + DECISION)
    const supply = await d.votes.totalSupply()
    await expect(d.directory.connect(d.stranger).close(d.agentId))
      .to.emit(d.directory, 'AccusationClosed')
      .withArgs(d.agentId, d.accuser, Outcome.Undecided)
    expect(await d.directory.claimable(d.accuser)).to.equal(0n)
    expect(await d.directory.claimable(d.owner)).to.equal(BOND / 2n)
    expect(await d.votes.totalSupply()).to.equal(supply - BOND / 2n)
    expect(await d.votes.balanceOf(d.directory)).to.equal(BOND / 2n)
    expect(await d.directory.isBanned(d.agentId)).to.equal(false)
  })

  it('burns the odd unit too', async () => {
    const d = await loadFixture(directed)
    await d.asGovernance.setAccusationBond(BOND + 1n)
    await d.directory.connect(d.accuser).accuse(d.agentId, EVIDENCE, URI)
    await d.directory.connect(d.owner).contest(d.agentId)
    await time.increase(DECISION)
    await d.directory.close(d.agentId)
    expect(await d.directory.claimable(d.owner)).to.equal(BOND / 2n)
    expect(await d.votes.balanceOf(d.directory)).to.equal(BOND / 2n)
  })

  it('leaves an older ban of a vote its term', async () => {
    const d = await loadFixture(directed)
    await d.directory.connect(d.accuser).accuse(d.agentId, EVIDENCE, URI)
    await d.directory.connect(d.owner).contest(d.agentId)
    await d.asGovernance.ban(d.agentId, ethers.id('voted'), URI)
    const until = await d.directory.bannedUntil(d.agentId)
    await d.directory.connect(d.accuser).accuse(d.agentId, EVIDENCE, URI)
    await d.directory.connect(d.owner).contest(d.agentId)
    await time.increase(DECISION)
    await d.directory.close(d.agentId)
    expect(await d.directory.bannedUntil(d.agentId)).to.equal(until)
    expect((await d.directory.caseOf(d.agentId)).banEvidence).to.equal(ethers.id('voted'))
  })

  it('frees the place for another accusation', async () => {
    const d = await loadFixture(contested)
    await time.increase(DECISION)
    await d.directory.close(d.agentId)
    await d.directory.connect(d.accuser).accuse(d.agentId, EVIDENCE, URI)
    const { accuser, contestedAt } = await d.directory.caseOf(d.agentId)
    expect([accuser, contestedAt]).to.deep.equal([d.accuser.address, 0n])
  })

  it('waits for its time', async () => {
    const d = await loadFixture(accused)
    const objection = d.accusedAt + OBJECTION
    await time.setNextBlockTimestamp(objection - 1)
    await expect(d.directory.close(d.agentId))
      .to.be.revertedWithCustomError(d.directory, 'TooEarlyToClose')
      .withArgs(objection, objection - 1)
    const c = await loadFixture(contested)
    const decision = c.contestedAt + DECISION
    await time.setNextBlockTimestamp(decision - 1)
    await expect(c.directory.close(c.agentId))
      .to.be.revertedWithCustomError(c.directory, 'TooEarlyToClose')
      .withArgs(decision, decision - 1)
  })

  it('closes nothing that is not open', async () => {
    const d = await loadFixture(directed)
    await expect(d.directory.close(d.agentId))
      .to.be.revertedWithCustomError(d.directory, 'NoAccusation')
      .withArgs(d.agentId)
  })
})
