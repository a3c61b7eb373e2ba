import { ethers, expect, loadFixture, time } from '../base.ts'
import { canaryOf, community, evaluationRoot } from '../LearningRegistry/fixture.ts'
import { passTo, rootOf, score, scoring, sheetOf, UPDATES } from '../LearningRegistry/round.ts'

const SALT = ethers.id('salt of the canary')

async function planted() {
  const d = await community()
  const [update] = UPDATES
  if (update === undefined) throw new Error('no update')
  const canary = canaryOf(rootOf({ chunkSize: 4n }, update), 30n, SALT)
  const round = await scoring(d, { evaluationRoot: evaluationRoot(canary) }, UPDATES, canary)
  return { ...d, ...round }
}

describe('LearningPanel: openCanary', () => {
  it('discloses the update and its score, once', async () => {
    const d = await loadFixture(planted)
    await passTo(d.task.scoreUntil)
    const open = () => d.panel.connect(d.stranger).openCanary(d.task, 0, 30, SALT)
    await expect(open()).to.emit(d.panel, 'CanaryOpened').withArgs(d.id, 0, 30)
    const { canaryOpened, canaryIndex, canaryScore } = await d.panel.panelOf(d.id)
    expect([canaryOpened, canaryIndex, canaryScore]).to.deep.equal([true, 0n, 30n])
    await expect(open()).to.be.revertedWithCustomError(d.panel, 'AlreadyOpened')
  })

  it('takes nothing but what was committed to', async () => {
    const d = await loadFixture(planted)
    await passTo(d.task.scoreUntil)
    for (const [index, value, salt] of [
      [1, 30, SALT],
      [0, 31, SALT],
      [0, 30, ethers.id('another')],
    ] as const) {
      await expect(d.panel.openCanary(d.task, index, value, salt)).to.be.revertedWithCustomError(
        d.panel,
        'CommitmentMismatch',
      )
    }
    for (const index of [5, 64, 256]) {
      await expect(d.panel.openCanary(d.task, index, 30, SALT))
        .to.be.revertedWithCustomError(d.panel, 'NotFound')
        .withArgs(index)
    }
  })

  it('comes after the scores are committed to, in its own phase, to the second', async () => {
    const d = await loadFixture(planted)
    const open = () => d.panel.openCanary(d.task, 0, 30, SALT)
    await time.setNextBlockTimestamp(BigInt(d.task.scoreUntil))
    await expect(open()).to.be.revertedWithCustomError(d.panel, 'TooEarly')
    await time.setNextBlockTimestamp(BigInt(d.task.closeAt))
    await open()
    const late = await loadFixture(planted)
    await passTo(late.task.closeAt)
    await expect(late.panel.openCanary(late.task, 0, 30, SALT)).to.be.revertedWithCustomError(
      late.panel,
      'TooLate',
    )
    await expect(
      late.panel.openCanary({ ...late.task, nonce: 9n }, 0, 30, SALT),
    ).to.be.revertedWithCustomError(late.panel, 'UnexpectedStatus')
  })

  it('is nothing where none was planted, and of no effect while closed', async () => {
    const d = await loadFixture(community)
    const { task, id, seated } = await scoring(d)
    const sheet = sheetOf([1, 2, 3, 4, 5])
    await score(d, task, seated, [sheet, sheet, sheet])
    await expect(d.panel.openCanary(task, 0, 30, SALT)).to.be.revertedWithCustomError(
      d.panel,
      'CommitmentMismatch',
    )
    expect((await d.panel.outcomeOf(id, 0)).byScore).to.equal(true)
    const closed = await loadFixture(planted)
    await score(closed, closed.task, closed.seated, [sheet, sheet, sheet])
    expect((await closed.panel.outcomeOf(closed.id, 0)).byScore).to.equal(true)
  })
})
