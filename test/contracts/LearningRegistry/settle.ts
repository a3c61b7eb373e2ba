import { ethers, expect, loadFixture, time } from '../base.ts'
import { community, ESCROWED, newTask, RoundStatus } from './fixture.ts'
import { balanceOf, committed, openTask, passTo, revealed, score, scoring, sheetOf } from './round.ts'

describe('LearningRegistry: settle', () => {
  it('waits for the last second of the round', async () => {
    const d = await loadFixture(community)
    const { task, id } = await revealed(d)
    await time.setNextBlockTimestamp(BigInt(task.closeAt))
    await expect(d.rounds.settle(task))
      .to.be.revertedWithCustomError(d.rounds, 'TooEarly')
      .withArgs(task.closeAt, task.closeAt)
    await passTo(task.closeAt)
    await expect(d.rounds.connect(d.stranger).settle(task))
      .to.emit(d.rounds, 'RoundSettled')
      .withArgs(id, ethers.ZeroHash, ESCROWED, false)
    expect((await d.rounds.roundOf(id)).status).to.equal(RoundStatus.Settled)
  })

  it('gives all back as soon as it is clear that nobody revealed', async () => {
    const d = await loadFixture(community)
    const before = await balanceOf(d, d.requester)
    const { task, id } = await openTask(d)
    await time.setNextBlockTimestamp(BigInt(task.revealUntil))
    await expect(d.rounds.settle(task))
      .to.be.revertedWithCustomError(d.rounds, 'TooEarly')
      .withArgs(task.revealUntil, task.revealUntil)
    await passTo(task.revealUntil)
    await expect(d.rounds.settle(task))
      .to.emit(d.rounds, 'RoundSettled')
      .withArgs(id, ethers.ZeroHash, 0, false)
    expect(await balanceOf(d, d.requester)).to.equal(before)
  })

  it('settles once', async () => {
    const d = await loadFixture(community)
    const { task, id } = await committed(d)
    await passTo(task.revealUntil)
    await d.rounds.settle(task)
    await expect(d.rounds.settle(task))
      .to.be.revertedWithCustomError(d.rounds, 'UnexpectedStatus')
      .withArgs(id, RoundStatus.Settled, RoundStatus.Open)
  })

  it('pays nothing for a task that was never funded', async () => {
    const d = await loadFixture(community)
    const task = await newTask(d)
    await passTo(task.closeAt)
    for (const call of [
      () => d.rounds.settle(task),
      () => d.rounds.claim(task, 0),
      () => d.rounds.claimSeat(task, 0),
      () => d.rounds.claimResult(task),
    ]) {
      await expect(call()).to.be.revertedWithCustomError(d.rounds, 'UnexpectedStatus')
    }
  })

  it('records shares that add up to the pool', async () => {
    const d = await loadFixture(community)
    const { task, id, seated } = await scoring(d, {
      reward: 1_000_003n,
      evaluationFee: 100n,
      aggregationFee: 7n,
    })
    const sheet = sheetOf([7, 11, -1, 2_147_483_647, 13])
    await score(d, task, seated, [sheet, sheet, sheet])
    await passTo(task.closeAt)
    await d.rounds.settle(task)
    const round = await d.rounds.roundOf(id)
    expect(round.pool).to.equal(1_000_003n + 1n + 7n)
    expect(round.earning).to.equal(0b11011n)
    expect(round.totalWeight).to.equal(7n + 11n + 2_147_483_647n + 13n)
    expect(round.paidSeats).to.equal(0b111n)
    const shares = await Promise.all([0, 1, 2, 3, 4, 5, 64, 300].map((index) => d.rounds.shareOf(id, index)))
    expect(shares.reduce((sum, share) => sum + share, 0n)).to.equal(round.pool)
    expect(shares.slice(2, 3).concat(shares.slice(5))).to.deep.equal([0n, 0n, 0n, 0n])
  })
})
