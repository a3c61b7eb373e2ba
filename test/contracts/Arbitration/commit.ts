import { ethers, expect, loadFixture, time } from '../base.ts'
import {
  bind,
  type Court,
  caseOf,
  commitmentOf,
  commitVotes,
  drawable,
  drawPanel,
  expectStage,
  ID,
  judged,
  panel,
  passStage,
  register,
  reseated,
  Stage,
  seated,
} from './fixture.ts'

async function firstJuror(d: Court) {
  const [juror] = await panel(d)
  if (!juror) throw new Error('nobody sits')
  return { ...juror, commitment: await commitmentOf(d, juror.agentId, 5000n) }
}

describe('Arbitration: commit', () => {
  it('binds a juror to a vote', async () => {
    const d = await loadFixture(seated)
    const { agentId, owner, commitment } = await firstJuror(d)
    await expect(d.court.connect(owner).commit(d.arbitrable, ID, agentId, commitment))
      .to.emit(d.court, 'VoteCommitted')
      .withArgs(d.arbitrable, ID, agentId, 0n, commitment)
    const { state, seats } = await caseOf(d)
    expect(seats[0]?.commitment).to.equal(commitment)
    expect([state.stage, state.committed]).to.deep.equal([Stage.Commit, 1n])
  })

  it('is done by the key that is bound to the agent, too', async () => {
    const d = await loadFixture(seated)
    const { agentId, owner, commitment } = await firstJuror(d)
    await bind(d, owner, agentId, d.stranger)
    await d.court.connect(d.stranger).commit(d.arbitrable, ID, agentId, commitment)
    expect((await caseOf(d)).state.committed).to.equal(1n)
  })

  it('is not done by another juror’s key, a former key, or a new owner’s key', async () => {
    const d = await loadFixture(seated)
    const { agentId, owner, commitment } = await firstJuror(d)
    const [, second] = await panel(d)
    if (!second) throw new Error('nobody sits')
    const refused = async (caller: typeof owner) =>
      expect(d.court.connect(caller).commit(d.arbitrable, ID, agentId, commitment))
        .to.be.revertedWithCustomError(d.court, 'NotJuror')
        .withArgs(caller, agentId)
    await refused(second.owner)
    await bind(d, second.owner, second.agentId, d.stranger)
    await refused(d.stranger)
    await bind(d, owner, agentId, d.matcher)
    await d.registry.connect(owner).unsetAgentWallet(agentId)
    await refused(d.matcher)
    await d.registry.connect(owner).transferFrom(owner, d.plaintiff, agentId)
    await bind(d, d.plaintiff, agentId, d.matcher)
    await refused(d.matcher)
    await d.court.connect(owner).commit(d.arbitrable, ID, agentId, commitment)
  })

  it('is not done by the key of another agent of the same owner', async () => {
    const d = await loadFixture(seated)
    const { agentId, owner, commitment } = await firstJuror(d)
    await bind(d, owner, await register(d, owner), d.stranger)
    await expect(d.court.connect(d.stranger).commit(d.arbitrable, ID, agentId, commitment))
      .to.be.revertedWithCustomError(d.court, 'NotJuror')
      .withArgs(d.stranger, agentId)
  })

  it('is for those who sit now', async () => {
    const d = await loadFixture(seated)
    const { agentId, owner } = await firstJuror(d)
    const outsiders = [1n, 2n, 3n, 4n]
    const sitting = (await panel(d)).map((juror) => juror.agentId)
    const outside = outsiders.find((id) => !sitting.includes(id)) ?? 0n
    await expect(d.court.connect(owner).commit(d.arbitrable, ID, outside, ethers.id('x')))
      .to.be.revertedWithCustomError(d.court, 'NotSeated')
      .withArgs(outside)
    await expect(d.court.connect(owner).commit(d.arbitrable, ID, 0n, ethers.id('x')))
      .to.be.revertedWithCustomError(d.court, 'NotSeated')
      .withArgs(0n)
    expect(agentId).not.to.equal(outside)
  })

  it('is not for jurors of the first panel on appeal', async () => {
    const d = await loadFixture(judged)
    const { agentId, owner } = await firstJuror(d)
    await d.court.connect(d.plaintiff).appeal(d.arbitrable, ID)
    await d.court.connect(d.defendant).matchBond(d.arbitrable, ID)
    await drawPanel(d)
    await expect(d.court.connect(owner).commit(d.arbitrable, ID, agentId, ethers.id('x')))
      .to.be.revertedWithCustomError(d.court, 'NotSeated')
      .withArgs(agentId)
  })

  it('takes one commitment, and not an empty one', async () => {
    const d = await loadFixture(seated)
    const { agentId, owner, commitment } = await firstJuror(d)
    await expect(
      d.court.connect(owner).commit(d.arbitrable, ID, agentId, ethers.ZeroHash),
    ).to.be.revertedWithCustomError(d.court, 'EmptyCommitment')
    await d.court.connect(owner).commit(d.arbitrable, ID, agentId, commitment)
    await expect(d.court.connect(owner).commit(d.arbitrable, ID, agentId, ethers.id('second thoughts')))
      .to.be.revertedWithCustomError(d.court, 'AlreadyCommitted')
      .withArgs(agentId)
  })

  it('comes too early before there is a panel', async () => {
    const d = await loadFixture(drawable)
    await expect(d.court.commit(d.arbitrable, ID, 1n, ethers.id('x')))
      .to.be.revertedWithCustomError(d.court, 'UnexpectedStage')
      .withArgs(d.arbitrable, ID, Stage.Draw)
  })

  it('is in time in the last second, and late with the end of the period', async () => {
    const d = await loadFixture(seated)
    const { agentId, owner, commitment } = await firstJuror(d)
    const [, second] = await panel(d)
    if (!second) throw new Error('nobody sits')
    const { until } = (await caseOf(d)).state
    await time.setNextBlockTimestamp(until - 1n)
    await d.court.connect(owner).commit(d.arbitrable, ID, agentId, commitment)
    await expect(d.court.connect(second.owner).commit(d.arbitrable, ID, second.agentId, commitment))
      .to.be.revertedWithCustomError(d.court, 'UnexpectedStage')
      .withArgs(d.arbitrable, ID, Stage.Reveal)
  })

  it('ends the stage when all have committed', async () => {
    const d = await loadFixture(seated)
    await commitVotes(d, [0n, 0n, 0n])
    const { state } = await caseOf(d)
    expect(state.stage).to.equal(Stage.Reveal)
    expect(state.until).to.equal(BigInt(await time.latest()) + (await d.court.REVEAL_PERIOD()))
  })

  it('takes five on appeal', async () => {
    const d = await loadFixture(reseated)
    await commitVotes(d, [0n, 0n, 0n, 0n])
    await expectStage(d, Stage.Commit)
    await passStage(d)
    await expectStage(d, Stage.Reveal)
    expect((await caseOf(d)).state.committed).to.equal(4n)
  })
})
