import { ethers, expect, loadFixture, time } from '../base.ts'
import {
  appealed,
  BOND,
  bring,
  caseOf,
  court,
  expectRuling,
  expectStage,
  held,
  ID,
  judged,
  matched,
  passStage,
  RICH,
  Ruling,
  Stage,
} from './fixture.ts'

describe('Arbitration: matchBond', () => {
  it('puts up the defendant’s bond and opens the evidence', async () => {
    const d = await loadFixture(court)
    await bring(d)
    await expect(d.court.connect(d.defendant).matchBond(d.arbitrable, ID))
      .to.emit(d.court, 'BondMatched')
      .withArgs(d.arbitrable, ID, d.defendant, 0n, BOND)
    expect(await held(d)).to.equal(2n * BOND)
    const { state, matcher } = await caseOf(d)
    expect(matcher).to.equal(d.defendant)
    expect(state.stage).to.equal(Stage.Evidence)
    expect(state.until).to.equal(BigInt(await time.latest()) + (await d.court.EVIDENCE_PERIOD()))
  })

  it('is open to anybody, who then pays', async () => {
    const d = await loadFixture(court)
    await bring(d)
    await d.court.connect(d.matcher).matchBond(d.arbitrable, ID)
    expect(await d.ledger.balanceOf(d.token, d.matcher)).to.equal(RICH - BOND)
    expect(await d.ledger.balanceOf(d.token, d.defendant)).to.equal(RICH)
    expect((await caseOf(d)).matcher).to.equal(d.matcher)
  })

  it('needs somebody who can pay', async () => {
    const d = await loadFixture(court)
    await bring(d)
    await expect(d.court.connect(d.stranger).matchBond(d.arbitrable, ID)).to.be.revertedWithCustomError(
      d.ledger,
      'BalanceTooLow',
    )
  })

  it('comes too late with the end of the period: the plaintiff has won', async () => {
    const d = await loadFixture(court)
    await bring(d)
    const { until } = (await caseOf(d)).state
    await time.setNextBlockTimestamp(until)
    await expect(d.court.connect(d.defendant).matchBond(d.arbitrable, ID))
      .to.be.revertedWithCustomError(d.court, 'UnexpectedStage')
      .withArgs(d.arbitrable, ID, Stage.Ruled)
    await time.increaseTo(until)
    await expectRuling(d, Ruling.Ruled, 0n)
  })

  it('is in time in the last second', async () => {
    const d = await loadFixture(court)
    await bring(d)
    await time.setNextBlockTimestamp((await caseOf(d)).state.until - 1n)
    await d.court.connect(d.defendant).matchBond(d.arbitrable, ID)
    await expectStage(d, Stage.Evidence)
  })

  it('is once per round, and for cases that there are', async () => {
    const d = await loadFixture(matched)
    await expect(d.court.connect(d.matcher).matchBond(d.arbitrable, ID))
      .to.be.revertedWithCustomError(d.court, 'UnexpectedStage')
      .withArgs(d.arbitrable, ID, Stage.Evidence)
    const other = ethers.id('no case')
    await expect(d.court.connect(d.matcher).matchBond(d.arbitrable, other))
      .to.be.revertedWithCustomError(d.court, 'UnexpectedStage')
      .withArgs(d.arbitrable, other, Stage.None)
  })

  it('has no place before an appeal', async () => {
    const d = await loadFixture(judged)
    await expect(d.court.connect(d.defendant).matchBond(d.arbitrable, ID))
      .to.be.revertedWithCustomError(d.court, 'UnexpectedStage')
      .withArgs(d.arbitrable, ID, Stage.Appeal)
  })

  it('costs twice as much on appeal, and sends the case to a new panel', async () => {
    const d = await loadFixture(appealed)
    await expect(d.court.connect(d.matcher).matchBond(d.arbitrable, ID))
      .to.emit(d.court, 'BondMatched')
      .withArgs(d.arbitrable, ID, d.matcher, 1n, 2n * BOND)
    expect(await held(d)).to.equal(6n * BOND)
    const { state, appealMatcher, matcher } = await caseOf(d)
    expect([matcher, appealMatcher]).to.deep.equal([d.defendant.address, d.matcher.address])
    expect([state.stage, state.round, state.seated, state.target]).to.deep.equal([Stage.Draw, 1n, 0n, 0n])
    expect(state.until).to.equal(BigInt(await time.latest()) + (await d.court.DRAW_PERIOD()))
  })

  it('that stays away on appeal loses all to the appellant', async () => {
    const d = await loadFixture(appealed)
    await passStage(d)
    await expectRuling(d, Ruling.Ruled, 0n)
    await expect(d.court.connect(d.defendant).matchBond(d.arbitrable, ID))
      .to.be.revertedWithCustomError(d.court, 'UnexpectedStage')
      .withArgs(d.arbitrable, ID, Stage.Ruled)
  })
})
