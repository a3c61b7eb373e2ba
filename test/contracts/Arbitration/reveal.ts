import { ethers, expect, loadFixture, time } from '../base.ts'
import {
  bring,
  type Court,
  caseOf,
  commitmentOf,
  commitVotes,
  drawPanel,
  expectRuling,
  expectStage,
  ID,
  type Juror,
  matched,
  panel,
  passStage,
  Ruling,
  reseated,
  revealVotes,
  Stage,
  saltOf,
  seated,
  vote,
} from './fixture.ts'

const VOTES = [2000n, 6000n, 9000n]

/** All three have committed. */
async function committed() {
  const d = await seated()
  await commitVotes(d, VOTES)
  return d
}

async function jurors(d: Court): Promise<[Juror, Juror, Juror]> {
  const [first, second, third] = await panel(d)
  if (!first || !second || !third) throw new Error('the panel is not full')
  return [first, second, third]
}

describe('Arbitration: reveal', () => {
  it('opens a vote; whoever has the salt may', async () => {
    const d = await loadFixture(committed)
    const [{ agentId }] = await jurors(d)
    await expect(d.court.connect(d.stranger).reveal(d.arbitrable, ID, agentId, 2000n, saltOf(agentId)))
      .to.emit(d.court, 'VoteRevealed')
      .withArgs(d.arbitrable, ID, agentId, 0n, 2000n)
    const { seats, state } = await caseOf(d)
    expect([seats[0]?.vote, seats[0]?.revealed, state.revealed]).to.deep.equal([2000n, true, 1n])
  })

  it('ends the stage with the last vote: the median is the verdict', async () => {
    const d = await loadFixture(committed)
    await revealVotes(d, VOTES)
    const { state } = await caseOf(d)
    expect([state.stage, state.defendantBps, state.medianBps]).to.deep.equal([Stage.Appeal, 6000n, 6000n])
    expect(state.until).to.equal(BigInt(await time.latest()) + (await d.court.APPEAL_PERIOD()))
    await expectRuling(d, Ruling.Pending, 0n)
  })

  it('does not wait for those who have not committed', async () => {
    const d = await loadFixture(seated)
    await vote(d, [4000n, undefined, 9000n])
    const { state } = await caseOf(d)
    expect([state.stage, state.defendantBps]).to.deep.equal([Stage.Appeal, 6500n])
  })

  it('is closed while jurors still commit', async () => {
    const d = await loadFixture(seated)
    await commitVotes(d, [2000n])
    const [{ agentId }] = await jurors(d)
    await expect(d.court.reveal(d.arbitrable, ID, agentId, 2000n, saltOf(agentId)))
      .to.be.revertedWithCustomError(d.court, 'UnexpectedStage')
      .withArgs(d.arbitrable, ID, Stage.Commit)
  })

  it('is in time in the last second, and late with the end of the period', async () => {
    const d = await loadFixture(committed)
    const [first, second, third] = await jurors(d)
    await d.court.reveal(d.arbitrable, ID, first.agentId, 2000n, saltOf(first.agentId))
    const { until } = (await caseOf(d)).state
    await time.setNextBlockTimestamp(until - 1n)
    await d.court.reveal(d.arbitrable, ID, second.agentId, 6000n, saltOf(second.agentId))
    await expect(d.court.reveal(d.arbitrable, ID, third.agentId, 9000n, saltOf(third.agentId)))
      .to.be.revertedWithCustomError(d.court, 'UnexpectedStage')
      .withArgs(d.arbitrable, ID, Stage.Appeal)
    await time.increaseTo(until)
    expect((await caseOf(d)).state.defendantBps).to.equal(4000n)
  })

  it('needs the vote and the salt that were committed to', async () => {
    const d = await loadFixture(committed)
    const [{ agentId }] = await jurors(d)
    const was = await commitmentOf(d, agentId, 2000n)
    await expect(d.court.reveal(d.arbitrable, ID, agentId, 2500n, saltOf(agentId)))
      .to.be.revertedWithCustomError(d.court, 'CommitmentMismatch')
      .withArgs(agentId, was, await commitmentOf(d, agentId, 2500n))
    await expect(
      d.court.reveal(d.arbitrable, ID, agentId, 2000n, ethers.id('another salt')),
    ).to.be.revertedWithCustomError(d.court, 'CommitmentMismatch')
  })

  it('finds nothing to open for who has not committed', async () => {
    const d = await loadFixture(seated)
    await commitVotes(d, [2000n, 6000n])
    await passStage(d)
    const [, , { agentId }] = await jurors(d)
    await expect(d.court.reveal(d.arbitrable, ID, agentId, 0n, ethers.ZeroHash))
      .to.be.revertedWithCustomError(d.court, 'CommitmentMismatch')
      .withArgs(
        agentId,
        ethers.ZeroHash,
        await d.court.commitmentOf(d.arbitrable, ID, 0, agentId, 0, ethers.ZeroHash),
      )
  })

  it('makes a copied commitment worthless', async () => {
    const d = await loadFixture(seated)
    const [honest, copier, third] = await jurors(d)
    const commitment = await commitmentOf(d, honest.agentId, 2000n)
    await d.court.connect(honest.owner).commit(d.arbitrable, ID, honest.agentId, commitment)
    await d.court.connect(copier.owner).commit(d.arbitrable, ID, copier.agentId, commitment)
    const own = await commitmentOf(d, third.agentId, 9000n)
    await d.court.connect(third.owner).commit(d.arbitrable, ID, third.agentId, own)
    const salt = saltOf(honest.agentId)
    await d.court.reveal(d.arbitrable, ID, honest.agentId, 2000n, salt)
    await expect(
      d.court.connect(copier.owner).reveal(d.arbitrable, ID, copier.agentId, 2000n, salt),
    ).to.be.revertedWithCustomError(d.court, 'CommitmentMismatch')
  })

  it('binds a commitment to the round and to the case', async () => {
    const d = await loadFixture(seated)
    const [first, second, third] = await jurors(d)
    const forAppeal = await commitmentOf(d, first.agentId, 2000n, 1n)
    const forAnother = await commitmentOf(d, second.agentId, 2000n, 0n, ethers.id('another case'))
    await d.court.connect(first.owner).commit(d.arbitrable, ID, first.agentId, forAppeal)
    await d.court.connect(second.owner).commit(d.arbitrable, ID, second.agentId, forAnother)
    await d.court.connect(third.owner).commit(d.arbitrable, ID, third.agentId, forAnother)
    for (const { agentId } of [first, second, third]) {
      await expect(
        d.court.reveal(d.arbitrable, ID, agentId, 2000n, saltOf(agentId)),
      ).to.be.revertedWithCustomError(d.court, 'CommitmentMismatch')
    }
  })

  it('counts each vote once', async () => {
    const d = await loadFixture(committed)
    const [{ agentId }] = await jurors(d)
    await d.court.reveal(d.arbitrable, ID, agentId, 2000n, saltOf(agentId))
    await expect(d.court.reveal(d.arbitrable, ID, agentId, 2000n, saltOf(agentId)))
      .to.be.revertedWithCustomError(d.court, 'AlreadyRevealed')
      .withArgs(agentId)
  })

  for (const share of [1n, 501n, 9999n, 10_500n]) {
    it(`refuses the vote ${share}`, async () => {
      const d = await loadFixture(seated)
      await commitVotes(d, [share, share, share])
      const [{ agentId }] = await jurors(d)
      await expect(d.court.reveal(d.arbitrable, ID, agentId, share, saltOf(agentId)))
        .to.be.revertedWithCustomError(d.court, 'InvalidVote')
        .withArgs(share)
    })
  }

  it('is for those who sit', async () => {
    const d = await loadFixture(committed)
    await expect(d.court.reveal(d.arbitrable, ID, 99n, 0n, ethers.ZeroHash))
      .to.be.revertedWithCustomError(d.court, 'NotSeated')
      .withArgs(99n)
  })

  it('lets no minority, however bribed, move the verdict beyond the honest votes', async () => {
    const d = await loadFixture(seated)
    await vote(d, [10_000n, 3000n, 3500n])
    expect((await caseOf(d)).state.defendantBps).to.equal(3500n)
  })

  it('nor two of five on appeal', async () => {
    const d = await loadFixture(reseated)
    await vote(d, [10_000n, 2500n, 10_000n, 2000n, 3000n])
    await expectRuling(d, Ruling.Ruled, 3000n)
  })

  it('below the quorum leaves the case to silence', async () => {
    const d = await loadFixture(seated)
    await vote(d, [6000n, undefined, undefined])
    await expectRuling(d, Ruling.Silent, 0n)
  })

  it('by nobody ends with the commitments, since nothing is left to wait for', async () => {
    const d = await loadFixture(seated)
    await passStage(d)
    await expectRuling(d, Ruling.Silent, 0n)
  })

  it('below the quorum of an appeal lets the verdict stand', async () => {
    const d = await loadFixture(reseated)
    await vote(d, [0n, 0n])
    await expectRuling(d, Ruling.Ruled, 7000n)
  })

  it('is possible in two cases at once', async () => {
    const d = await loadFixture(matched)
    const other = ethers.id('another case')
    await bring(d, other, 1n)
    await d.court.connect(d.defendant).matchBond(d.arbitrable, other)
    await passStage(d, other)
    await drawPanel(d)
    await drawPanel(d, other)
    await vote(d, [0n, 0n, 0n])
    await vote(d, [10_000n, 10_000n, 10_000n], other)
    await expectStage(d, Stage.Appeal)
    expect((await caseOf(d, other)).state.defendantBps).to.equal(10_000n)
  })
})
