import { ethers, expect, loadFixture, time } from '../base.ts'
import { community, evaluationRoot, SET_ROOT, SET_SALT } from '../LearningRegistry/fixture.ts'
import { openEvaluation, openTask, passTo, revealed } from '../LearningRegistry/round.ts'

async function ready() {
  const d = await community()
  return { ...d, ...(await revealed(d)) }
}

describe('LearningPanel: openEvaluation', () => {
  it('discloses the hidden set, by whoever knows it', async () => {
    const d = await loadFixture(ready)
    await expect(
      d.panel.connect(d.stranger).openEvaluation(d.task, SET_ROOT, ethers.ZeroHash, SET_SALT, 'ipfs://set'),
    )
      .to.emit(d.panel, 'EvaluationOpened')
      .withArgs(d.id, SET_ROOT, 'ipfs://set')
    expect((await d.panel.panelOf(d.id)).opened).to.equal(true)
  })

  it('does so once', async () => {
    const d = await loadFixture(ready)
    await openEvaluation(d, d.task)
    await expect(openEvaluation(d, d.task)).to.be.revertedWithCustomError(d.panel, 'AlreadyOpened')
  })

  it('takes nothing but what was committed to', async () => {
    const d = await loadFixture(ready)
    const other = ethers.id('another')
    for (const [root, canary, salt] of [
      [other, ethers.ZeroHash, SET_SALT],
      [SET_ROOT, other, SET_SALT],
      [SET_ROOT, ethers.ZeroHash, other],
    ] as const) {
      await expect(d.panel.openEvaluation(d.task, root, canary, salt, '')).to.be.revertedWithCustomError(
        d.panel,
        'CommitmentMismatch',
      )
    }
    const canary = ethers.id('a canary')
    const planted = await revealed(d, { nonce: 2n, evaluationRoot: evaluationRoot(canary) })
    await openEvaluation(d, planted.task, canary)
    expect((await d.panel.panelOf(planted.id)).canary).to.equal(canary)
  })

  it('comes after the updates, in its own phase, to the second', async () => {
    const d = await loadFixture(ready)
    await time.setNextBlockTimestamp(BigInt(d.task.attestUntil))
    await openEvaluation(d, d.task)
    const other = { ...d.task, nonce: 9n }
    await expect(openEvaluation(d, other)).to.be.revertedWithCustomError(d.panel, 'UnexpectedStatus')
    const late = await loadFixture(ready)
    await passTo(late.task.attestUntil)
    await expect(openEvaluation(late, late.task)).to.be.revertedWithCustomError(late.panel, 'TooLate')
    const early = await loadFixture(community)
    const { task } = await openTask(early)
    await time.setNextBlockTimestamp(BigInt(task.revealUntil))
    await expect(openEvaluation(early, task)).to.be.revertedWithCustomError(early.panel, 'TooEarly')
  })
})
