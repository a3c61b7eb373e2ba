import { expect, loadFixture } from '../base.ts'
import {
  appealed,
  BOND,
  BURNED,
  balance,
  bring,
  type Court,
  court,
  drawPanel,
  held,
  ID,
  judged,
  matched,
  panel,
  passStage,
  RICH,
  Ruling,
  reseated,
  Stage,
  seated,
  vote,
  WHOLE,
} from './fixture.ts'

const JURY = 5000n
/** What both bonds of a round are worth to those who put them up, when a panel has spoken. */
const restOf = (bond: bigint) => 2n * bond - (bond * 7000n) / WHOLE
const share = (amount: bigint, bps: bigint) => (amount * bps) / WHOLE

/** Ends the appeal period, pays out, and expects nothing to stay with the court. */
async function execute(d: Court) {
  await passStage(d)
  await d.court.connect(d.stranger).execute(d.arbitrable, ID)
  expect(await held(d)).to.equal(0n)
}

describe('Arbitration: execute', () => {
  it('gives the plaintiff its bond back when nobody answered', async () => {
    const d = await loadFixture(court)
    await bring(d)
    await passStage(d)
    await expect(d.court.connect(d.stranger).execute(d.arbitrable, ID))
      .to.emit(d.court, 'Executed')
      .withArgs(d.arbitrable, ID, Ruling.Ruled, 0n, 0n)
    expect(await balance(d, d.plaintiff)).to.equal(RICH)
    expect(await held(d)).to.equal(0n)
  })

  it('gives all bonds back when the panel kept silent', async () => {
    const d = await loadFixture(seated)
    await vote(d, [6000n, undefined, undefined])
    await expect(d.court.execute(d.arbitrable, ID))
      .to.emit(d.court, 'Executed')
      .withArgs(d.arbitrable, ID, Ruling.Silent, 0n, 0n)
    expect(await balance(d, d.plaintiff)).to.equal(RICH)
    expect(await balance(d, d.defendant)).to.equal(RICH)
    expect(await held(d)).to.equal(0n)
  })

  it('lets the loser pay: part is burned, part is the jurors’, the rest the winner’s', async () => {
    const d = await loadFixture(seated)
    const jurors = await panel(d)
    await vote(d, [0n, 0n, 0n])
    await execute(d)
    expect(await balance(d, d.plaintiff)).to.equal(RICH - BOND + restOf(BOND))
    expect(await balance(d, d.defendant)).to.equal(RICH - BOND)
    const pay = share(BOND, JURY) / 3n
    for (const { owner } of jurors) expect(await balance(d, owner)).to.equal(pay)
    expect(await balance(d, BURNED)).to.equal(2n * BOND - restOf(BOND) - 3n * pay)
    expect(await balance(d, BURNED)).to.be.at.least(share(BOND, 2000n))
  })

  it('divides the bonds as the contested amount', async () => {
    const d = await loadFixture(judged)
    await execute(d)
    expect(await balance(d, d.plaintiff)).to.equal(RICH - BOND + share(restOf(BOND), 3000n))
    expect(await balance(d, d.defendant)).to.equal(RICH - BOND + share(restOf(BOND), 7000n))
  })

  it('makes quarrelling cost something whatever the verdict is', async () => {
    for (const bps of [0n, 5000n, 10_000n]) {
      const d = await loadFixture(seated)
      await vote(d, [bps, bps, bps])
      await execute(d)
      const left = (await balance(d, d.plaintiff)) + (await balance(d, d.defendant))
      expect(left).to.equal(2n * RICH - 2n * BOND + restOf(BOND))
      expect(await balance(d, BURNED)).to.be.at.least(share(BOND, 2000n))
    }
  })

  it('gives a side’s share to who put up its bond', async () => {
    const d = await loadFixture(court)
    await bring(d)
    await d.court.connect(d.matcher).matchBond(d.arbitrable, ID)
    await passStage(d)
    await drawPanel(d)
    await vote(d, [10_000n, 10_000n, 10_000n])
    await execute(d)
    expect(await balance(d, d.matcher)).to.equal(RICH - BOND + restOf(BOND))
    expect(await balance(d, d.defendant)).to.equal(RICH)
    expect(await balance(d, d.plaintiff)).to.equal(RICH - BOND)
  })

  it('pays jurors near the verdict only, and burns the pay of the others', async () => {
    const d = await loadFixture(seated)
    const [near, verdict, far] = await panel(d)
    if (!near || !verdict || !far) throw new Error('the panel is not full')
    await vote(d, [4000n, 6000n, 8500n])
    await execute(d)
    const pay = share(BOND, JURY) / 3n
    expect(await balance(d, near.owner)).to.equal(pay)
    expect(await balance(d, verdict.owner)).to.equal(pay)
    expect(await balance(d, far.owner)).to.equal(0n)
    expect(await balance(d, BURNED)).to.be.at.least(share(BOND, 2000n) + pay)
  })

  it('pays nobody for a vote that was not revealed', async () => {
    const d = await loadFixture(seated)
    const [, , silent] = await panel(d)
    if (!silent) throw new Error('the panel is not full')
    await vote(d, [0n, 0n, undefined])
    await execute(d)
    expect(await balance(d, silent.owner)).to.equal(0n)
    expect(await balance(d, BURNED)).to.be.at.least(share(BOND, 2000n) + share(BOND, JURY) / 3n)
  })

  it('divides both rounds’ bonds by the ruling on appeal', async () => {
    const d = await loadFixture(reseated)
    const jurors = await panel(d)
    await vote(d, [0n, 0n, 0n, 0n, 0n])
    await d.court.execute(d.arbitrable, ID)
    expect(await held(d)).to.equal(0n)
    expect(await balance(d, d.plaintiff)).to.equal(RICH - 3n * BOND + restOf(BOND) + restOf(2n * BOND))
    expect(await balance(d, d.defendant)).to.equal(RICH - 3n * BOND)
    for (const { owner } of jurors) {
      expect(await balance(d, owner)).to.equal(share(2n * BOND, JURY) / 5n)
    }
  })

  it('knows whose bond is whose when the defendant appealed', async () => {
    const d = await loadFixture(judged)
    await d.court.connect(d.defendant).appeal(d.arbitrable, ID)
    await d.court.connect(d.matcher).matchBond(d.arbitrable, ID)
    await drawPanel(d)
    await vote(d, [10_000n, 10_000n, 10_000n, 10_000n, 10_000n])
    await d.court.execute(d.arbitrable, ID)
    expect(await balance(d, d.defendant)).to.equal(RICH - 3n * BOND + restOf(BOND) + restOf(2n * BOND))
    expect(await balance(d, d.matcher)).to.equal(RICH - 2n * BOND)
    expect(await balance(d, d.plaintiff)).to.equal(RICH - BOND)
  })

  it('measures the first panel by the appeal’s verdict', async () => {
    const d = await loadFixture(seated)
    const [wrong, , right] = await panel(d)
    if (!wrong || !right) throw new Error('the panel is not full')
    await vote(d, [10_000n, 10_000n, 500n])
    await d.court.connect(d.plaintiff).appeal(d.arbitrable, ID)
    await d.court.connect(d.matcher).matchBond(d.arbitrable, ID)
    await drawPanel(d)
    await vote(d, [0n, 0n, 0n, 0n, 0n])
    await d.court.execute(d.arbitrable, ID)
    expect(await balance(d, wrong.owner)).to.equal(0n)
    expect(await balance(d, right.owner)).to.equal(share(BOND, JURY) / 3n)
    expect(await balance(d, d.matcher)).to.equal(RICH - 2n * BOND)
    expect(await held(d)).to.equal(0n)
  })

  it('gives the appellant its second bond back when nobody matched it, and the first round’s pot', async () => {
    const d = await loadFixture(appealed)
    await execute(d)
    expect(await balance(d, d.plaintiff)).to.equal(RICH - BOND + restOf(BOND))
    expect(await balance(d, d.defendant)).to.equal(RICH - BOND)
  })

  it('still measures jurors by what they said, not by that default', async () => {
    const d = await loadFixture(judged)
    const jurors = await panel(d)
    await d.court.connect(d.plaintiff).appeal(d.arbitrable, ID)
    await execute(d)
    for (const { owner } of jurors) expect(await balance(d, owner)).to.equal(share(BOND, JURY) / 3n)
  })

  it('gives both bonds of an appeal back that nobody heard', async () => {
    const d = await loadFixture(reseated)
    await vote(d, [0n, 0n])
    await d.court.execute(d.arbitrable, ID)
    expect(await balance(d, d.plaintiff)).to.equal(RICH - BOND + share(restOf(BOND), 3000n))
    expect(await balance(d, d.defendant)).to.equal(RICH - BOND + share(restOf(BOND), 7000n))
    expect(await held(d)).to.equal(0n)
  })

  it('pays once', async () => {
    const d = await loadFixture(judged)
    await execute(d)
    await expect(d.court.execute(d.arbitrable, ID))
      .to.be.revertedWithCustomError(d.court, 'AlreadyExecuted')
      .withArgs(d.arbitrable, ID)
  })

  it('waits for the ruling to be final', async () => {
    for (const [fixture, stage] of [
      [court, Stage.None],
      [matched, Stage.Evidence],
      [judged, Stage.Appeal],
      [appealed, Stage.Match],
      [reseated, Stage.Commit],
    ] as const) {
      const d = await loadFixture(fixture)
      await expect(d.court.execute(d.arbitrable, ID))
        .to.be.revertedWithCustomError(d.court, 'UnexpectedStage')
        .withArgs(d.arbitrable, ID, stage)
    }
  })

  it('has bounded gas on the longest way: eight jurors, six bonds', async () => {
    const d = await loadFixture(reseated)
    await vote(d, [7000n, 7000n, 7000n, 7000n, 7000n])
    const receipt = await (await d.court.execute(d.arbitrable, ID)).wait()
    expect(Number(receipt?.gasUsed)).to.be.below(500_000)
  })
})
