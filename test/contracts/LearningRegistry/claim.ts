import { ethers, expect, loadFixture } from '../base.ts'
import { community, RoundStatus } from './fixture.ts'
import {
  aggregateOf,
  balanceOf,
  openTask,
  passTo,
  rootOf,
  score,
  scoring,
  sheetOf,
  UPDATES,
} from './round.ts'

/** A round that is over, but not settled: the first participant's update is worth everything. */
async function over() {
  const d = await community()
  const round = await scoring(d)
  const [agent] = d.participants
  if (agent === undefined) throw new Error('nobody')
  const root = rootOf(round.task, aggregateOf(round.task, UPDATES))
  await d.rounds.connect(agent.signer).proposeResult(round.task, root, ethers.ZeroHash)
  const sheet = sheetOf([1, 0, 0, 0, -1], root)
  await score(d, round.task, round.seated, [sheet, sheet, sheetOf([1, 1, 1, 1, 1], root)])
  await passTo(round.task.closeAt)
  return { ...d, ...round, agent, root }
}

describe('LearningRegistry: claims', () => {
  it('of shares settle the round, credit the owner, and count once', async () => {
    const d = await loadFixture(over)
    await d.rounds.connect(d.stranger).claim(d.task, 0)
    const round = await d.rounds.roundOf(d.id)
    expect(round.status).to.equal(RoundStatus.Settled)
    expect(round.claimed).to.equal(1n)
    expect(await balanceOf(d, d.agent.signer)).to.equal(round.pool)
    await expect(d.rounds.claim(d.task, 0))
      .to.be.revertedWithCustomError(d.rounds, 'NothingToClaim')
      .withArgs(0)
  })

  it('of shares are events', async () => {
    const d = await loadFixture(over)
    await d.rounds.settle(d.task)
    await expect(d.rounds.claim(d.task, 0))
      .to.emit(d.rounds, 'RewardClaimed')
      .withArgs(d.id, 0, d.agent.signer, await d.rounds.shareOf(d.id, 0))
  })

  it('of nothing are refused: worthless updates, and no participants', async () => {
    const d = await loadFixture(over)
    for (const index of [1, 4, 5, 64, 1000]) {
      await expect(d.rounds.claim(d.task, index))
        .to.be.revertedWithCustomError(d.rounds, 'NothingToClaim')
        .withArgs(index)
    }
  })

  it('wait for the end of the round', async () => {
    const d = await loadFixture(community)
    const { task } = await scoring(d)
    for (const call of [
      () => d.rounds.claim(task, 0),
      () => d.rounds.claimSeat(task, 0),
      () => d.rounds.claimResult(task),
    ]) {
      await expect(call()).to.be.revertedWithCustomError(d.rounds, 'TooEarly')
    }
  })

  it('of the evaluation fee go to those who agree, once', async () => {
    const d = await loadFixture(over)
    const { evaluationFee } = d.task
    for (const seat of [0, 1]) {
      const owner = d.seated[seat]?.signer
      if (owner === undefined) throw new Error('empty seat')
      await expect(d.rounds.connect(d.stranger).claimSeat(d.task, seat))
        .to.emit(d.rounds, 'EvaluationClaimed')
        .withArgs(d.id, seat, owner, BigInt(evaluationFee) / 2n)
      expect(await balanceOf(d, owner)).to.equal(BigInt(evaluationFee) / 2n)
    }
    for (const seat of [0, 1, 2, 3, 16, 300]) {
      await expect(d.rounds.claimSeat(d.task, seat))
        .to.be.revertedWithCustomError(d.rounds, 'NothingToClaim')
        .withArgs(seat)
    }
  })

  it('of an evaluation fee that is too small to share are refused', async () => {
    const d = await loadFixture(community)
    const { task, seated } = await scoring(d, { evaluationFee: 2n, aggregationFee: 0n, reward: 5n })
    const sheet = sheetOf([1, 0, 0, 0, 0])
    await score(d, task, seated, [sheet, sheet, sheet])
    await passTo(task.closeAt)
    await expect(d.rounds.claimSeat(task, 0)).to.be.revertedWithCustomError(d.rounds, 'NothingToClaim')
    await d.rounds.claim(task, 0)
    expect(await balanceOf(d, d.participants[0]?.signer ?? d.stranger)).to.equal(7n)
  })

  it('of the aggregation fee go to who proposed the result, once', async () => {
    const d = await loadFixture(over)
    await expect(d.rounds.connect(d.stranger).claimResult(d.task))
      .to.emit(d.rounds, 'AggregationClaimed')
      .withArgs(d.id, d.root, d.agent.signer, d.task.aggregationFee)
    expect(await balanceOf(d, d.agent.signer)).to.equal(d.task.aggregationFee)
    await expect(d.rounds.claimResult(d.task)).to.be.revertedWithCustomError(d.rounds, 'NothingToClaim')
  })

  it('of an aggregation fee need a result', async () => {
    const d = await loadFixture(community)
    const { task } = await scoring(d)
    await passTo(task.closeAt)
    await expect(d.rounds.claimResult(task)).to.be.revertedWithCustomError(d.rounds, 'NothingToClaim')
  })

  it('of an aggregation fee need one', async () => {
    const d = await loadFixture(community)
    const { task } = await scoring(d, { aggregationFee: 0n })
    await d.rounds.connect(d.participants[0]?.signer).proposeResult(task, ethers.id('root'), ethers.ZeroHash)
    await passTo(task.closeAt)
    await expect(d.rounds.claimResult(task)).to.be.revertedWithCustomError(d.rounds, 'NothingToClaim')
  })

  it('on a cancelled task are refused', async () => {
    const d = await loadFixture(community)
    const { task } = await openTask(d)
    await d.rounds.connect(d.requester).cancelTask(task)
    await passTo(task.closeAt)
    await expect(d.rounds.claim(task, 0)).to.be.revertedWithCustomError(d.rounds, 'UnexpectedStatus')
  })
})
