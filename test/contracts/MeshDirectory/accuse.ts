import {
  accused,
  BOND,
  DAY,
  directed,
  EVIDENCE,
  ethers,
  expect,
  loadFixture,
  SILENCE,
  TERM,
  time,
  URI,
} from './fixture.ts'

describe('MeshDirectory: accuse', () => {
  it('is open to anybody with a bond', async () => {
    const d = await loadFixture(directed)
    const accuse = d.directory.connect(d.stranger).accuse(d.agentId, EVIDENCE, URI)
    await expect(accuse).to.emit(d.directory, 'Accused').withArgs(d.agentId, d.stranger, BOND, EVIDENCE, URI)
    await expect(accuse).to.changeTokenBalances(ethers, d.votes, [d.stranger, d.directory], [-BOND, BOND])
    expect([...(await d.directory.caseOf(d.agentId))]).to.deep.equal([
      d.stranger.address,
      BigInt(await time.latest()),
      0n,
      BOND,
      0n,
      EVIDENCE,
      ethers.ZeroHash,
    ])
  })

  it('bans whom nobody answers for, after the silence and for a term', async () => {
    const d = await loadFixture(accused)
    await time.increaseTo(d.accusedAt + SILENCE - 1)
    expect(await d.directory.isBanned(d.agentId)).to.equal(false)
    expect(await d.directory.bannedUntil(d.agentId)).to.equal(0n)
    await time.increaseTo(d.accusedAt + SILENCE)
    expect(await d.directory.isBanned(d.agentId)).to.equal(true)
    const until = d.accusedAt + SILENCE + TERM
    expect(await d.directory.bannedUntil(d.agentId)).to.equal(until)
    await time.increaseTo(until - 1)
    expect(await d.directory.isBanned(d.agentId)).to.equal(true)
    await time.increaseTo(until)
    expect(await d.directory.isBanned(d.agentId)).to.equal(false)
  })

  it('does not shorten a ban that a vote has made, while it is pending', async () => {
    const d = await loadFixture(directed)
    await d.asGovernance.ban(d.agentId, EVIDENCE, URI)
    const until = await d.directory.bannedUntil(d.agentId)
    await d.directory.connect(d.accuser).accuse(d.agentId, EVIDENCE, URI)
    expect(await d.directory.bannedUntil(d.agentId)).to.equal(until)
    await time.increase(SILENCE)
    expect(await d.directory.bannedUntil(d.agentId)).to.be.greaterThan(until)
    await d.directory.connect(d.owner).contest(d.agentId)
    expect(await d.directory.bannedUntil(d.agentId)).to.equal(until)
  })

  it('leaves other agents alone', async () => {
    const d = await loadFixture(accused)
    await time.increase(SILENCE + DAY)
    expect(await d.directory.isBanned(d.agentId + 1n)).to.equal(false)
    expect(await d.directory.isBanned(0n)).to.equal(false)
  })

  it('takes one accusation at a time', async () => {
    const d = await loadFixture(accused)
    await expect(d.directory.connect(d.stranger).accuse(d.agentId, EVIDENCE, URI))
      .to.be.revertedWithCustomError(d.directory, 'AccusationPending')
      .withArgs(d.agentId)
  })

  it('refuses to go without evidence, or with an endless address', async () => {
    const d = await loadFixture(directed)
    const accuse = (evidence: string, uri: string) =>
      d.directory.connect(d.accuser).accuse(d.agentId, evidence, uri)
    for (const [evidence, uri] of [
      [ethers.ZeroHash, URI],
      [EVIDENCE, ''],
      [EVIDENCE, 'x'.repeat(257)],
    ] as const) {
      await expect(accuse(evidence, uri)).to.be.revertedWithCustomError(d.directory, 'InvalidEvidence')
    }
    await accuse(EVIDENCE, 'x'.repeat(256))
  })

  it('refuses agents that do not exist', async () => {
    const d = await loadFixture(directed)
    await expect(d.directory.connect(d.accuser).accuse(99n, EVIDENCE, URI))
      .to.be.revertedWithCustomError(d.registry, 'ERC721NonexistentToken')
      .withArgs(99n)
  })

  it('refuses an accuser that does not pay', async () => {
    const d = await loadFixture(directed)
    await d.votes.connect(d.accuser).approve(d.directory, BOND - 1n)
    await expect(d.directory.connect(d.accuser).accuse(d.agentId, EVIDENCE, URI))
      .to.be.revertedWithCustomError(d.votes, 'ERC20InsufficientAllowance')
      .withArgs(d.directory, BOND - 1n, BOND)
  })
})
