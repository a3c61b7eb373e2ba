import { expect, loadFixture, time } from '../base.ts'
import { community, STAKED } from '../LearningRegistry/fixture.ts'
import { committed, draw, openTask, passTo, revealed, stakeOf } from '../LearningRegistry/round.ts'

describe('LearningPanel: releaseLot', () => {
  it('frees the stake of lots without a seat as soon as the panel is drawn', async () => {
    const d = await loadFixture(community)
    const { task, id } = await revealed(d)
    const release = (lot: number) => d.panel.connect(d.stranger).releaseLot(task, lot)
    for (const lot of [0, 1, 2, 3, 4])
      await expect(release(lot)).to.be.revertedWithCustomError(d.panel, 'NotReleasable')
    const seated = await draw(d, task)
    for (const [lot, agent] of d.evaluators.entries()) {
      if (seated.includes(agent)) {
        await expect(release(lot)).to.be.revertedWithCustomError(d.panel, 'NotReleasable').withArgs(lot)
      } else {
        await expect(release(lot)).to.emit(d.panel, 'LotReleased').withArgs(id, agent.agentId, lot)
        expect(await stakeOf(d, agent, d.addresses.panel)).to.deep.equal({ staked: STAKED, locked: 0n })
        await expect(release(lot)).to.be.revertedWithCustomError(d.panel, 'NotReleasable').withArgs(lot)
      }
    }
  })

  it('frees all when nothing was drawn in time', async () => {
    const d = await loadFixture(community)
    const { task } = await revealed(d)
    await time.setNextBlockTimestamp(BigInt(task.attestUntil))
    await expect(d.panel.releaseLot(task, 0)).to.be.revertedWithCustomError(d.panel, 'NotReleasable')
    await passTo(task.attestUntil)
    await d.panel.releaseLot(task, 0)
  })

  it('frees all when the round has ended before', async () => {
    const d = await loadFixture(community)
    const empty = await committed(d)
    await passTo(empty.task.revealUntil)
    await expect(d.panel.releaseLot(empty.task, 0)).to.be.revertedWithCustomError(d.panel, 'NotReleasable')
    await d.rounds.settle(empty.task)
    await d.panel.releaseLot(empty.task, 0)
    const cancelled = await openTask(d, { nonce: 2n })
    await d.panel.connect(d.evaluators[0]?.signer).enlist(cancelled.task)
    await d.rounds.connect(d.requester).cancelTask(cancelled.task)
    await d.panel.releaseLot(cancelled.task, 0)
  })

  it('knows no lot that never was', async () => {
    const d = await loadFixture(community)
    const { task } = await openTask(d)
    await expect(d.panel.releaseLot(task, 0)).to.be.revertedWithCustomError(d.panel, 'NotFound').withArgs(0)
  })
})
