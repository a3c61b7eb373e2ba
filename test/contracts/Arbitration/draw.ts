import { ethers, expect, isInstrumented, loadFixture, networkHelpers, time } from '../base.ts'
import {
  addJuror,
  aim,
  bring,
  caseOf,
  court,
  drawable,
  drawPanel,
  emptyCourt,
  expectRuling,
  expectStage,
  ID,
  JUROR_BOND,
  matched,
  panel,
  passStage,
  RICH,
  Ruling,
  reseated,
  Stage,
} from './fixture.ts'

describe('Arbitration: draw', () => {
  it('waits until the evidence is closed', async () => {
    const d = await loadFixture(matched)
    await expect(d.court.draw(d.arbitrable, ID))
      .to.be.revertedWithCustomError(d.court, 'UnexpectedStage')
      .withArgs(d.arbitrable, ID, Stage.Evidence)
  })

  it('first names a block that nobody knows yet', async () => {
    const d = await loadFixture(drawable)
    const named = BigInt(await ethers.provider.getBlockNumber()) + 1n + (await d.court.DRAW_DELAY())
    await expect(d.court.connect(d.stranger).draw(d.arbitrable, ID))
      .to.emit(d.court, 'DrawAimed')
      .withArgs(d.arbitrable, ID, 0n, named)
    await networkHelpers.mine((await d.court.DRAW_DELAY()) - 1n)
    await expect(d.court.draw(d.arbitrable, ID))
      .to.be.revertedWithCustomError(d.court, 'DrawTooEarly')
      .withArgs(named, named)
    await networkHelpers.mine()
    await d.court.draw(d.arbitrable, ID)
    await expectStage(d, Stage.Commit)
  })

  it('seats three jurors of three owners and locks their stake', async () => {
    const d = await loadFixture(drawable)
    await drawPanel(d)
    const jurors = await panel(d)
    expect(new Set(jurors.map(({ owner }) => owner.address)).size).to.equal(3)
    for (const { agentId, owner } of jurors) {
      const { locked } = await d.vault.positionOf(agentId, owner, d.court)
      expect(locked).to.equal(JUROR_BOND)
      expect(await d.vault.freeStake(agentId, owner, d.court)).to.equal(0n)
    }
    const events = await d.court.queryFilter(d.court.filters.JurorDrawn(d.arbitrable, ID))
    expect(events.map(({ args }) => [args.agentId, args.round, args.depositor])).to.deep.equal(
      jurors.map(({ agentId, owner }) => [agentId, 0n, owner.address]),
    )
    const { state, seed } = await caseOf(d)
    expect(state.until).to.equal(BigInt(await time.latest()) + (await d.court.COMMIT_PERIOD()))
    expect(seed).to.equal(ethers.ZeroHash)
    await expect(d.court.draw(d.arbitrable, ID)).to.be.revertedWithCustomError(d.court, 'UnexpectedStage')
  })

  it('names another block when nobody drew within 256', async () => {
    const d = await loadFixture(drawable)
    await aim(d)
    const { target } = (await caseOf(d)).state
    await networkHelpers.mine(256)
    await expect(d.court.draw(d.arbitrable, ID)).to.emit(d.court, 'DrawAimed')
    expect((await caseOf(d)).state.target).to.be.greaterThan(target + 256n)
    await networkHelpers.mine(await d.court.DRAW_DELAY())
    await d.court.draw(d.arbitrable, ID)
    await expectStage(d, Stage.Commit)
  })

  it('seats five others on appeal', async () => {
    const d = await loadFixture(reseated)
    const { seats, state } = await caseOf(d)
    expect(state.seated).to.equal(5n)
    expect(new Set(seats.map(({ depositor }) => depositor)).size).to.equal(8)
  })

  it('goes on with the same lot where a call stopped', async () => {
    const d = await loadFixture(emptyCourt)
    for (const owner of d.owners.slice(0, 2)) await addJuror(d, owner)
    await bring(d)
    await d.court.connect(d.defendant).matchBond(d.arbitrable, ID)
    await passStage(d)
    await aim(d)
    await d.court.draw(d.arbitrable, ID)
    const first = await caseOf(d)
    expect(first.state.tries).to.equal(await d.court.MAX_TRIES())
    expect(first.seed).not.to.equal(ethers.ZeroHash)
    await networkHelpers.mine(300)
    await d.court.draw(d.arbitrable, ID)
    const second = await caseOf(d)
    expect(second.seed).to.equal(first.seed)
    expect(second.state.target).to.equal(first.state.target)
    expect(second.state.tries).to.equal(2n * (await d.court.MAX_TRIES()))
    expect(second.state.seated).to.equal(2n)
  })

  it('that finds too few in time leaves the case to silence, and frees those it found', async () => {
    const d = await loadFixture(emptyCourt)
    const [owner] = d.owners
    if (!owner) throw new Error('too few owners')
    await addJuror(d, owner)
    await bring(d)
    await d.court.connect(d.defendant).matchBond(d.arbitrable, ID)
    await passStage(d)
    await aim(d)
    await d.court.draw(d.arbitrable, ID)
    await passStage(d)
    await expectRuling(d, Ruling.Silent, 0n)
    await d.court.execute(d.arbitrable, ID)
    await expect(d.court.dismiss(d.arbitrable, ID, 0))
      .to.emit(d.court, 'PanelDismissed')
      .withArgs(d.arbitrable, ID, 0n, 0n)
    expect(await d.vault.freeStake(1n, owner, d.court)).to.equal(JUROR_BOND)
    for (const party of [d.plaintiff, d.defendant]) {
      expect(await d.ledger.balanceOf(d.token, party)).to.equal(RICH)
    }
  })

  it('copes with a list that is empty', async () => {
    const d = await loadFixture(emptyCourt)
    await bring(d)
    await d.court.connect(d.defendant).matchBond(d.arbitrable, ID)
    await passStage(d)
    await aim(d)
    await d.court.draw(d.arbitrable, ID)
    await expectStage(d, Stage.Draw)
    await passStage(d)
    await expectRuling(d, Ruling.Silent, 0n)
  })

  it('looks at a bounded number of places, for a bounded price', async () => {
    const d = await loadFixture(court)
    await bring(d)
    await d.court.connect(d.defendant).matchBond(d.arbitrable, ID)
    await passStage(d)
    for (const [index, owner] of d.owners.slice(0, 12).entries()) {
      await d.vault.connect(owner).requestUnstake(BigInt(index + 1), d.court, 1n)
    }
    await aim(d)
    const receipt = await (await d.court.draw(d.arbitrable, ID)).wait()
    expect((await caseOf(d)).state.tries).to.equal(await d.court.MAX_TRIES())
    if (!isInstrumented) expect(Number(receipt?.gasUsed)).to.be.below(700_000)
  })
})
