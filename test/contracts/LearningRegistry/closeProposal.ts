import { ethers, expect, loadFixture, time } from '../base.ts'
import { community, ProposalStatus } from './fixture.ts'
import { aggregateOf, challengeOf, passTo, rootOf, scoring, stakeOf, UPDATES } from './round.ts'

async function proposed() {
  const d = await community()
  const round = await scoring(d)
  const [agent] = d.participants
  if (agent === undefined) throw new Error('nobody')
  const result = aggregateOf(round.task, UPDATES)
  const root = rootOf(round.task, result)
  await d.rounds.connect(agent.signer).proposeResult(round.task, root, ethers.ZeroHash)
  return { ...d, ...round, agent, result, root }
}

describe('LearningRegistry: closeProposal', () => {
  it('frees the stake when the round is over, settled or not', async () => {
    const d = await loadFixture(proposed)
    await time.setNextBlockTimestamp(BigInt(d.task.closeAt))
    await expect(d.rounds.closeProposal(d.task, d.root))
      .to.be.revertedWithCustomError(d.rounds, 'TooEarly')
      .withArgs(d.task.closeAt, d.task.closeAt)
    await passTo(d.task.closeAt)
    await expect(d.rounds.connect(d.stranger).closeProposal(d.task, d.root))
      .to.emit(d.rounds, 'ProposalClosed')
      .withArgs(d.id, d.root)
    expect((await d.rounds.proposalOf(d.id, d.root)).status).to.equal(ProposalStatus.Closed)
    expect((await stakeOf(d, d.agent, d.addresses.rounds)).locked).to.equal(0n)
  })

  it('does so once, and only for what was proposed', async () => {
    const d = await loadFixture(proposed)
    await passTo(d.task.closeAt)
    await d.rounds.closeProposal(d.task, d.root)
    for (const root of [d.root, ethers.id('never proposed')]) {
      await expect(d.rounds.closeProposal(d.task, root))
        .to.be.revertedWithCustomError(d.rounds, 'NotStanding')
        .withArgs(root)
    }
  })

  it('does so before settlement without losing the fee', async () => {
    const d = await loadFixture(proposed)
    await passTo(d.task.closeAt)
    await d.rounds.closeProposal(d.task, d.root)
    await d.rounds.claimResult(d.task)
    expect((await d.rounds.roundOf(d.id)).resultClaimed).to.equal(true)
  })

  it('frees nothing of what was refuted', async () => {
    const d = await loadFixture(proposed)
    const wrong = d.result.map((value) => value + 1)
    const root = rootOf(d.task, wrong)
    await d.rounds.connect(d.agent.signer).proposeResult(d.task, root, ethers.ZeroHash)
    await d.rounds.challengeResult(d.task, challengeOf(d.task, wrong, UPDATES, 0, 0))
    await passTo(d.task.closeAt)
    await expect(d.rounds.closeProposal(d.task, root)).to.be.revertedWithCustomError(d.rounds, 'NotStanding')
  })
})
