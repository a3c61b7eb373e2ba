import { TypedDataEncoder } from 'ethers'
import { ethers, expect, loadFixture, time } from '../base.ts'
import { community, domainOf, scoreCommitment } from '../LearningRegistry/fixture.ts'
import { draw, passTo, revealed, revealSheet, scoring, sheetOf } from '../LearningRegistry/round.ts'

const SHEET = sheetOf([1, -2, 3, 2_147_483_647, -2_147_483_648], ethers.id('an aggregate'))

async function scored() {
  const d = await community()
  const round = await scoring(d)
  const [evaluator, other] = round.seated
  if (evaluator === undefined || other === undefined) throw new Error('empty seats')
  const commitment = await scoreCommitment(d, round.task, evaluator.signer.address, SHEET)
  return { ...d, ...round, evaluator, other, commitment }
}

async function committed() {
  const d = await scored()
  await d.panel.connect(d.evaluator.signer).commitScores(d.task, 0, d.commitment)
  await passTo(d.task.scoreUntil)
  return d
}

describe('LearningPanel: commitScores', () => {
  it('records a commitment, and another one instead', async () => {
    const d = await loadFixture(scored)
    const calls = d.panel.connect(d.evaluator.signer)
    await calls.commitScores(d.task, 0, ethers.id('first'))
    await expect(calls.commitScores(d.task, 0, d.commitment))
      .to.emit(d.panel, 'ScoresCommitted')
      .withArgs(d.id, 0, d.commitment)
    expect((await d.panel.seatOf(d.id, 0)).root).to.equal(d.commitment)
  })

  it('is for the evaluator on the seat', async () => {
    const d = await loadFixture(scored)
    await expect(d.panel.connect(d.other.signer).commitScores(d.task, 0, d.commitment))
      .to.be.revertedWithCustomError(d.panel, 'NotEvaluator')
      .withArgs(d.other.signer, 0)
    await expect(
      d.panel.connect(d.other.signer).commitScores({ ...d.task, nonce: 9n }, 0, d.commitment),
    ).to.be.revertedWithCustomError(d.panel, 'UnexpectedStatus')
  })

  it('has its own phase, to the second', async () => {
    const d = await loadFixture(scored)
    const calls = d.panel.connect(d.evaluator.signer)
    await time.setNextBlockTimestamp(BigInt(d.task.scoreUntil))
    await calls.commitScores(d.task, 0, d.commitment)
    await expect(calls.commitScores(d.task, 0, d.commitment)).to.be.revertedWithCustomError(
      d.panel,
      'TooLate',
    )
    const early = await loadFixture(community)
    const { task } = await revealed(early)
    const seated = await draw(early, task)
    await time.setNextBlockTimestamp(BigInt(task.attestUntil))
    await expect(
      early.panel.connect(seated[0]?.signer).commitScores(task, 0, d.commitment),
    ).to.be.revertedWithCustomError(early.panel, 'TooEarly')
  })
})

describe('LearningPanel: revealScores', () => {
  it('records the scores and the aggregate', async () => {
    const d = await loadFixture(committed)
    await expect(revealSheet(d, d.task, 0, SHEET))
      .to.emit(d.panel, 'ScoresRevealed')
      .withArgs(d.id, 0, SHEET.scores, SHEET.resultRoot)
    const seat = await d.panel.seatOf(d.id, 0)
    expect([seat.answered, seat.root]).to.deep.equal([true, SHEET.resultRoot])
    expect([...seat.scores].map(Number)).to.deep.equal(SHEET.scores)
    const { answers, scorers } = await d.panel.panelOf(d.id)
    expect([answers, scorers]).to.deep.equal([1n, 1n])
  })

  it('does so once', async () => {
    const d = await loadFixture(committed)
    await revealSheet(d, d.task, 0, SHEET)
    await expect(revealSheet(d, d.task, 0, SHEET)).to.be.revertedWithCustomError(d.panel, 'AlreadyOpened')
  })

  it('binds scores, aggregate, salt and evaluator', async () => {
    const d = await loadFixture(committed)
    const forged = [
      { ...SHEET, scores: [1, -2, 3, 2_147_483_647, 0] },
      { ...SHEET, resultRoot: ethers.id('another') },
      { ...SHEET, salt: ethers.id('another') },
    ]
    for (const sheet of forged) {
      await expect(revealSheet(d, d.task, 0, sheet)).to.be.revertedWithCustomError(
        d.panel,
        'CommitmentMismatch',
      )
    }
    await expect(revealSheet(d, d.task, 1, SHEET)).to.be.revertedWithCustomError(
      d.panel,
      'CommitmentMismatch',
    )
  })

  it('is worthless when copied onto another seat', async () => {
    const d = await loadFixture(scored)
    await d.panel.connect(d.other.signer).commitScores(d.task, 1, d.commitment)
    await passTo(d.task.scoreUntil)
    await expect(revealSheet(d, d.task, 1, SHEET)).to.be.revertedWithCustomError(
      d.panel,
      'CommitmentMismatch',
    )
  })

  for (const length of [1, 4, 6]) {
    it(`refuses ${length} scores of five updates`, async () => {
      const d = await loadFixture(scored)
      const sheet = sheetOf(Array.from({ length }, () => 1))
      const commitment = await scoreCommitment(d, d.task, d.evaluator.signer.address, sheet)
      await d.panel.connect(d.evaluator.signer).commitScores(d.task, 0, commitment)
      await passTo(d.task.scoreUntil)
      await expect(revealSheet(d, d.task, 0, sheet))
        .to.be.revertedWithCustomError(d.panel, 'InvalidScores')
        .withArgs(length, 5)
    })
  }

  it('counts an answer without scores as an abstention', async () => {
    const d = await loadFixture(scored)
    const sheet = sheetOf([])
    const commitment = await scoreCommitment(d, d.task, d.evaluator.signer.address, sheet)
    await d.panel.connect(d.evaluator.signer).commitScores(d.task, 0, commitment)
    await passTo(d.task.scoreUntil)
    await revealSheet(d, d.task, 0, sheet)
    const { answers, scorers } = await d.panel.panelOf(d.id)
    expect([answers, scorers]).to.deep.equal([1n, 0n])
  })

  it('has its own phase, to the second', async () => {
    const d = await loadFixture(scored)
    await d.panel.connect(d.evaluator.signer).commitScores(d.task, 0, d.commitment)
    await time.setNextBlockTimestamp(BigInt(d.task.scoreUntil))
    await expect(revealSheet(d, d.task, 0, SHEET)).to.be.revertedWithCustomError(d.panel, 'TooEarly')
    await time.setNextBlockTimestamp(BigInt(d.task.closeAt))
    await revealSheet(d, d.task, 0, SHEET)
    await expect(revealSheet(d, d.task, 1, SHEET)).to.be.revertedWithCustomError(d.panel, 'TooLate')
    await expect(revealSheet(d, { ...d.task, nonce: 9n }, 0, SHEET)).to.be.revertedWithCustomError(
      d.panel,
      'UnexpectedStatus',
    )
  })

  it('is committed to under the panel’s own domain', async () => {
    const d = await loadFixture(committed)
    const separator = TypedDataEncoder.hashDomain(await domainOf(d.addresses.panel))
    expect(await d.panel.domainSeparator()).to.equal(separator)
    await expect(d.panel.revealScores(d.task, 3, [], ethers.ZeroHash, ethers.ZeroHash))
      .to.be.revertedWithCustomError(d.panel, 'NotFound')
      .withArgs(3)
  })
})
