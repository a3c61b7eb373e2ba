import { ethers, expect, loadFixture, time } from '../base.ts'
import {
  AMOUNT,
  appealed,
  BOND,
  balance,
  bind,
  bring,
  caseOf,
  court,
  drawPanel,
  expectRuling,
  expectStage,
  held,
  ID,
  judged,
  matched,
  passStage,
  prefund,
  RICH,
  Ruling,
  register,
  reseated,
  Side,
  Stage,
  seated,
  vote,
} from './fixture.ts'

/** A case with somebody behind either party, of which the first panel gave the defendant 70%. */
async function backed() {
  const d = await court()
  await prefund(d, d.stranger, RICH)
  await bring(d, ID, AMOUNT, { plaintiffOwner: d.matcher, defendantOwner: d.stranger })
  await d.court.connect(d.defendant).matchBond(d.arbitrable, ID)
  await passStage(d)
  await drawPanel(d)
  await vote(d, [7000n, 7000n, 7000n])
  return d
}

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

  for (const [side, owner, bps] of [
    ['Plaintiff', 'matcher', 0n],
    ['Defendant', 'stranger', 10_000n],
  ] as const) {
    it(`is open to who stands behind the ${side.toLowerCase()}, at its own expense`, async () => {
      const d = await loadFixture(backed)
      const before = await balance(d, d[owner])
      await expect(d.court.connect(d[owner]).appeal(d.arbitrable, ID))
        .to.emit(d.court, 'Appealed')
        .withArgs(d.arbitrable, ID, d[owner], 2n * BOND)
      expect((await caseOf(d)).state.appellant).to.equal(Side[side])
      expect(await balance(d, d[owner])).to.equal(before - 2n * BOND)
      await passStage(d)
      await expectRuling(d, Ruling.Ruled, bps)
      await d.court.execute(d.arbitrable, ID)
      expect(await balance(d, d[owner])).to.equal(before)
      expect(await held(d)).to.equal(0n)
    })
  }

  it('is open to the owner of an agent whose key was the party’s when the case began', async () => {
    const d = await loadFixture(court)
    const agentId = await register(d, d.stranger)
    await bind(d, d.stranger, agentId, d.defendant)
    await prefund(d, d.stranger, RICH)
    await bring(d)
    await d.registry.connect(d.stranger).unsetAgentWallet(agentId)
    await d.court.connect(d.stranger).matchBond(d.arbitrable, ID)
    await passStage(d)
    await drawPanel(d)
    await vote(d, [0n, 0n, 0n])
    await d.court.connect(d.stranger).appeal(d.arbitrable, ID)
    expect((await caseOf(d)).state.appellant).to.equal(Side.Defendant)
  })

  it('pays a side’s share of the second bonds to who appealed for it', async () => {
    const d = await loadFixture(backed)
    await d.court.connect(d.stranger).appeal(d.arbitrable, ID)
    await d.court.connect(d.plaintiff).matchBond(d.arbitrable, ID)
    await drawPanel(d)
    const [own, partys] = [await balance(d, d.stranger), await balance(d, d.defendant)]
    await vote(d, [10_000n, 10_000n, 10_000n, 10_000n, 10_000n])
    await d.court.execute(d.arbitrable, ID)
    // Of both bonds, what is neither burned nor the jurors': 130% of one.
    expect((await balance(d, d.stranger)) - own).to.equal((2n * BOND * 13n) / 10n)
    expect((await balance(d, d.defendant)) - partys).to.equal((BOND * 13n) / 10n)
  })

  it('is nobody else’s, be it who has the party’s key bound to an agent since', async () => {
    const d = await loadFixture(judged)
    const [, , , other] = d.owners
    if (!other) throw new Error('too few owners')
    await bind(d, other, 4n, d.plaintiff)
    await prefund(d, other, RICH)
    await expect(d.court.connect(other).appeal(d.arbitrable, ID))
      .to.be.revertedWithCustomError(d.court, 'NotParty')
      .withArgs(other)
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
