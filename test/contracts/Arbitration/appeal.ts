import { ethers, expect, loadFixture, time } from '../base.ts'
import {
  appealed,
  BOND,
  balance,
  bring,
  caseOf,
  drawPanel,
  expectRuling,
  expectStage,
  held,
  ID,
  judged,
  matched,
  passStage,
  Ruling,
  reseated,
  Side,
  Stage,
  seated,
  vote,
} from './fixture.ts'

describe('Arbitration: appeal', () => {
  it('costs twice the bond and waits for the other side’s', async () => {
    const d = await loadFixture(judged)
    await expect(d.court.connect(d.plaintiff).appeal(d.arbitrable, ID))
      .to.emit(d.court, 'Appealed')
      .withArgs(d.arbitrable, ID, d.plaintiff, 2n * BOND)
    expect(await held(d)).to.equal(4n * BOND)
    const { state } = await caseOf(d)
    expect([state.stage, state.appellant]).to.deep.equal([Stage.Match, Side.Plaintiff])
    expect(state.until).to.equal(BigInt(await time.latest()) + (await d.court.MATCH_PERIOD()))
    await expectRuling(d, Ruling.Pending, 0n)
  })

  it('is open to either side that did not get all', async () => {
    const d = await loadFixture(judged)
    await d.court.connect(d.defendant).appeal(d.arbitrable, ID)
    expect((await caseOf(d)).state.appellant).to.equal(Side.Defendant)
    await passStage(d)
    await expectRuling(d, Ruling.Ruled, 10_000n)
  })

  for (const [side, share] of [
    ['plaintiff', 0n],
    ['defendant', 10_000n],
  ] as const) {
    it(`is not for a ${side} who got all`, async () => {
      const d = await loadFixture(seated)
      await vote(d, [share, share, share])
      await expect(d.court.connect(d[side]).appeal(d.arbitrable, ID))
        .to.be.revertedWithCustomError(d.court, 'NothingToAppeal')
        .withArgs(d[side])
      await d.court.connect(side === 'plaintiff' ? d.defendant : d.plaintiff).appeal(d.arbitrable, ID)
    })
  }

  it('is the parties’ alone', async () => {
    const d = await loadFixture(judged)
    await expect(d.court.connect(d.matcher).appeal(d.arbitrable, ID))
      .to.be.revertedWithCustomError(d.court, 'NotParty')
      .withArgs(d.matcher)
  })

  it('needs the money', async () => {
    const d = await loadFixture(seated)
    const second = ethers.id('a case about all that the plaintiff has left')
    await vote(d, [10_000n, 10_000n, 10_000n])
    await bring(d, second, ((await balance(d, d.plaintiff)) * 100n) / 7n)
    await expect(d.court.connect(d.plaintiff).appeal(d.arbitrable, ID)).to.be.revertedWithCustomError(
      d.ledger,
      'BalanceTooLow',
    )
  })

  it('comes too late with the end of the period: the verdict is the ruling', async () => {
    const d = await loadFixture(judged)
    await passStage(d)
    await expectRuling(d, Ruling.Ruled, 7000n)
    await expect(d.court.connect(d.plaintiff).appeal(d.arbitrable, ID))
      .to.be.revertedWithCustomError(d.court, 'UnexpectedStage')
      .withArgs(d.arbitrable, ID, Stage.Ruled)
  })

  it('comes too early before a verdict, and there is none after the appeal', async () => {
    const early = await loadFixture(matched)
    await expect(early.court.connect(early.plaintiff).appeal(early.arbitrable, ID))
      .to.be.revertedWithCustomError(early.court, 'UnexpectedStage')
      .withArgs(early.arbitrable, ID, Stage.Evidence)
    const late = await loadFixture(reseated)
    await vote(late, [0n, 0n, 0n, 0n, 0n])
    await expect(late.court.connect(late.defendant).appeal(late.arbitrable, ID))
      .to.be.revertedWithCustomError(late.court, 'UnexpectedStage')
      .withArgs(late.arbitrable, ID, Stage.Ruled)
  })

  it('may confirm the verdict or overturn it, and that is final', async () => {
    for (const share of [9000n, 500n]) {
      const d = await loadFixture(reseated)
      await vote(d, [share, share, share, share, share])
      await expectRuling(d, Ruling.Ruled, share)
    }
  })

  it('whose panel cannot be drawn lets the verdict stand', async () => {
    const d = await loadFixture(appealed)
    await d.court.connect(d.defendant).matchBond(d.arbitrable, ID)
    await passStage(d)
    await expectRuling(d, Ruling.Ruled, 7000n)
  })

  it('whose panel keeps silent lets the verdict stand', async () => {
    const d = await loadFixture(appealed)
    await d.court.connect(d.defendant).matchBond(d.arbitrable, ID)
    await drawPanel(d)
    await vote(d, [0n, 0n, undefined, undefined, undefined])
    await expectStage(d, Stage.Ruled)
    await expectRuling(d, Ruling.Ruled, 7000n)
  })
})
