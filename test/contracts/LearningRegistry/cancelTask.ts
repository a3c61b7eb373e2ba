import { expect, loadFixture } from '../base.ts'
import { community, newTask, RoundStatus } from './fixture.ts'
import { balanceOf, commit, openingOf, openTask, passTo, UPDATES } from './round.ts'

describe('LearningRegistry: cancelTask', () => {
  it('gives everything back while nobody has committed', async () => {
    const d = await loadFixture(community)
    const before = await balanceOf(d, d.requester)
    const { task, id } = await openTask(d)
    await expect(d.rounds.connect(d.requester).cancelTask(task))
      .to.emit(d.rounds, 'TaskCancelled')
      .withArgs(id)
    expect(await balanceOf(d, d.requester)).to.equal(before)
    expect((await d.rounds.roundOf(id)).status).to.equal(RoundStatus.Cancelled)
  })

  it('is possible when the time to commit is over', async () => {
    const d = await loadFixture(community)
    const { task, id } = await openTask(d)
    await passTo(task.closeAt)
    await d.rounds.connect(d.requester).cancelTask(task)
    expect((await d.rounds.roundOf(id)).status).to.equal(RoundStatus.Cancelled)
  })

  it('is refused when somebody has committed', async () => {
    const d = await loadFixture(community)
    const { task } = await openTask(d)
    const [agent] = d.participants
    const [update] = UPDATES
    if (agent === undefined || update === undefined) throw new Error('nobody')
    await commit(d, task, agent, openingOf(task, update))
    await expect(d.rounds.connect(d.requester).cancelTask(task))
      .to.be.revertedWithCustomError(d.rounds, 'AlreadyCommitted')
      .withArgs(1)
  })

  it('is the requester’s alone', async () => {
    const d = await loadFixture(community)
    const { task } = await openTask(d)
    await expect(d.rounds.connect(d.stranger).cancelTask(task))
      .to.be.revertedWithCustomError(d.rounds, 'NotRequester')
      .withArgs(d.stranger, d.requester)
  })

  it('pays nothing for a task that was never funded, or twice', async () => {
    const d = await loadFixture(community)
    const task = await newTask(d)
    const cancel = () => d.rounds.connect(d.requester).cancelTask(task)
    await expect(cancel()).to.be.revertedWithCustomError(d.rounds, 'UnexpectedStatus')
    await d.rounds.connect(d.requester).openTask(task)
    await cancel()
    await expect(cancel()).to.be.revertedWithCustomError(d.rounds, 'UnexpectedStatus')
    await expect(d.rounds.connect(d.requester).openTask(task)).to.be.revertedWithCustomError(
      d.rounds,
      'UnexpectedStatus',
    )
  })
})
