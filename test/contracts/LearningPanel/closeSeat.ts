import { expect, loadFixture, time } from '../base.ts'
import { community, EVALUATOR_STAKE, STAKED } from '../LearningRegistry/fixture.ts'
import { draw, passTo, revealed, score, scoring, sheetOf, stakeOf } from '../LearningRegistry/round.ts'

async function answered() {
  const d = await community()
  const round = await scoring(d)
  await score(d, round.task, round.seated, [sheetOf([1, 2, 3, 4, 5]), sheetOf([])])
  const [scorer, abstainer, silent] = round.seated
  if (scorer === undefined || abstainer === undefined || silent === undefined) throw new Error('empty seats')
  return { ...d, ...round, scorer, abstainer, silent }
}

describe('LearningPanel: closeSeat', () => {
  it('frees who answered, abstentions included, and slashes who was silent', async () => {
    const d = await loadFixture(answered)
    await passTo(d.task.closeAt)
    const seats = [d.scorer, d.abstainer, d.silent]
    for (const [seat, agent] of seats.entries()) {
      await expect(d.panel.connect(d.stranger).closeSeat(d.task, seat))
        .to.emit(d.panel, 'SeatClosed')
        .withArgs(d.id, agent.agentId, seat, agent === d.silent)
    }
    const stakes = await Promise.all(seats.map((agent) => stakeOf(d, agent, d.addresses.panel)))
    expect(stakes).to.deep.equal([
      { staked: STAKED, locked: 0n },
      { staked: STAKED, locked: 0n },
      { staked: STAKED - EVALUATOR_STAKE, locked: 0n },
    ])
    expect(await d.vault.claimable(d.requester)).to.equal(EVALUATOR_STAKE / 2n)
  })

  it('slashes nobody when the set was never opened', async () => {
    const d = await loadFixture(community)
    const { task } = await revealed(d)
    const seated = await draw(d, task)
    await passTo(task.closeAt)
    for (const [seat, agent] of seated.entries()) {
      await d.panel.closeSeat(task, seat)
      expect(await stakeOf(d, agent, d.addresses.panel)).to.deep.equal({ staked: STAKED, locked: 0n })
    }
  })

  it('closes a seat once, passTo the last second of the round', async () => {
    const d = await loadFixture(answered)
    await time.setNextBlockTimestamp(BigInt(d.task.closeAt))
    await expect(d.panel.closeSeat(d.task, 0))
      .to.be.revertedWithCustomError(d.panel, 'TooEarly')
      .withArgs(d.task.closeAt, d.task.closeAt)
    await passTo(d.task.closeAt)
    await d.panel.closeSeat(d.task, 0)
    await expect(d.panel.closeSeat(d.task, 0))
      .to.be.revertedWithCustomError(d.panel, 'NotReleasable')
      .withArgs(0)
    for (const seat of [3, 16, 300]) {
      await expect(d.panel.closeSeat(d.task, seat))
        .to.be.revertedWithCustomError(d.panel, 'NotFound')
        .withArgs(seat)
    }
  })
})
