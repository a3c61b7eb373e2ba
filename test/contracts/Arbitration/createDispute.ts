import { DOLLAR, ethers, expect, loadFixture, time } from '../base.ts'
import {
  AMOUNT,
  BOND,
  bind,
  bring,
  caseOf,
  court,
  expectRuling,
  held,
  ID,
  MIN_BOND,
  newCase,
  passStage,
  RICH,
  Ruling,
  register,
  Stage,
} from './fixture.ts'

describe('Arbitration: createDispute', () => {
  it('takes the plaintiff’s bond and waits for the defendant’s', async () => {
    const d = await loadFixture(court)
    await expect(bring(d))
      .to.emit(d.court, 'DisputeCreated')
      .withArgs(d.arbitrable, ID, d.plaintiff, d.defendant, d.token, AMOUNT, BOND)
    expect(await d.ledger.balanceOf(d.token, d.plaintiff)).to.equal(RICH - BOND)
    expect(await held(d)).to.equal(BOND)
    const { state, plaintiff, defendant, token, bond } = await caseOf(d)
    expect([plaintiff, defendant, token, bond]).to.deep.equal([
      d.plaintiff.address,
      d.defendant.address,
      await d.token.getAddress(),
      BOND,
    ])
    expect(state.stage).to.equal(Stage.Response)
    expect(state.until).to.equal(BigInt(await time.latest()) + (await d.court.RESPONSE_PERIOD()))
    await expectRuling(d, Ruling.Pending, 0n)
  })

  it('remembers whose agents the parties spoke for when it began', async () => {
    const d = await loadFixture(court)
    const [owner, other] = d.owners
    if (!owner || !other) throw new Error('too few owners')
    await bind(d, owner, 1n, d.plaintiff)
    await bring(d)
    const { plaintiffOwner, defendantOwner } = await caseOf(d)
    expect(plaintiffOwner).to.equal(owner)
    expect(defendantOwner).to.equal(ethers.ZeroAddress)
    await bind(d, other, 2n, d.defendant)
    expect((await caseOf(d)).defendantOwner).to.equal(ethers.ZeroAddress)
  })

  it('takes the arbitrable’s word for who stands behind a party, before that of the party’s key', async () => {
    const d = await loadFixture(court)
    const [owner] = d.owners
    if (!owner) throw new Error('too few owners')
    await bind(d, owner, 1n, d.plaintiff)
    await bring(d, ID, AMOUNT, { plaintiffOwner: d.matcher, defendantOwner: d.stranger })
    const { plaintiffOwner, defendantOwner } = await caseOf(d)
    expect([plaintiffOwner, defendantOwner]).to.deep.equal([d.matcher.address, d.stranger.address])
    const other = ethers.id('a case of who stands for itself')
    await bring(d, other, AMOUNT, { plaintiffOwner: d.plaintiff })
    expect((await caseOf(d, other)).plaintiffOwner).to.equal(owner)
  })

  it('is for the arbitrables it was deployed for', async () => {
    const d = await loadFixture(court)
    await expect(d.court.connect(d.stranger).createDispute(newCase(d)))
      .to.be.revertedWithCustomError(d.court, 'NotArbitrable')
      .withArgs(d.stranger)
  })

  it('takes no token that jurors have not agreed to be paid in', async () => {
    const d = await loadFixture(court)
    const worthless = await ethers.deployContract('TestDollar')
    await expect(bring(d, ID, AMOUNT, { token: worthless }))
      .to.be.revertedWithCustomError(d.court, 'TokenNotAccepted')
      .withArgs(worthless)
  })

  it('knows no dispute with oneself', async () => {
    const d = await loadFixture(court)
    await expect(bring(d, ID, AMOUNT, { defendant: d.plaintiff }))
      .to.be.revertedWithCustomError(d.court, 'SameParty')
      .withArgs(d.plaintiff)
  })

  it('takes each id of an arbitrable once, also when the case is long over', async () => {
    const d = await loadFixture(court)
    await bring(d)
    await expect(bring(d)).to.be.revertedWithCustomError(d.court, 'DisputeExists').withArgs(d.arbitrable, ID)
    await time.increase(await d.court.maxDuration())
    await d.court.execute(d.arbitrable, ID)
    await expect(bring(d)).to.be.revertedWithCustomError(d.court, 'DisputeExists')
  })

  it('takes a watchtower’s bond for the plaintiff, and gives it back to the watchtower', async () => {
    const d = await loadFixture(court)
    const { plaintiff, token, matcher: bonder } = d
    const [own, towers] = await Promise.all([
      d.ledger.balanceOf(token, plaintiff),
      d.ledger.balanceOf(token, bonder),
    ])
    await bring(d, ID, AMOUNT, { bonder })
    expect(await d.ledger.balanceOf(token, plaintiff)).to.equal(own)
    expect(await d.ledger.balanceOf(token, bonder)).to.equal(towers - BOND)
    await passStage(d)
    await d.court.execute(d.arbitrable, ID)
    expect(await d.ledger.balanceOf(token, bonder)).to.equal(towers)
  })

  it('needs a plaintiff who can pay', async () => {
    const d = await loadFixture(court)
    await expect(bring(d, ID, RICH * 100n)).to.be.revertedWithCustomError(d.ledger, 'BalanceTooLow')
  })

  it('has gas for a slot each', async () => {
    const d = await loadFixture(court)
    await register(d, d.plaintiff)
    const receipt = await (await bring(d)).wait()
    expect(Number(receipt?.gasUsed)).to.be.below(230_000)
  })
})

describe('Arbitration: bondFor', () => {
  it('grows with the amount and with the days that a case may last', async () => {
    const { court: c } = await loadFixture(court)
    expect(await c.bondFor(AMOUNT)).to.equal((AMOUNT * (await c.BOND_BPS_PER_DAY()) * 7n) / 10_000n)
    expect(await c.bondFor(2n * AMOUNT)).to.equal(2n * (await c.bondFor(AMOUNT)))
  })

  it('is never zero, and never rounded down', async () => {
    const { court: c } = await loadFixture(court)
    expect(await c.bondFor(0n)).to.equal(MIN_BOND)
    expect(await c.bondFor(1n)).to.equal(MIN_BOND)
    expect(await c.bondFor(100n * DOLLAR + 1n)).to.equal(7n * DOLLAR + 1n)
  })

  it('holds for any amount', async () => {
    const { court: c } = await loadFixture(court)
    const most = 2n ** 128n - 1n
    expect(await c.bondFor(most)).to.equal((most * 7n) / 100n + 1n)
  })
})
