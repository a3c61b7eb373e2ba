/** However slowly everybody acts, and whoever stays away: after maxDuration the ruling is final for everybody. */
import { ethers, expect, loadFixture, networkHelpers, time } from '../base.ts'
import {
  bring,
  type Court,
  caseOf,
  commitVotes,
  court,
  expectRuling,
  held,
  ID,
  JUROR_BOND,
  panel,
  passStage,
  Ruling,
  revealVotes,
  Stage,
} from './fixture.ts'

/** Waits until the last second of the stage, so that the next transaction is as late as it may be. */
async function lastMoment(d: Court, before = 1n) {
  await time.increaseTo((await caseOf(d)).state.until - 1n - before)
}

/** Draws as late as can be: the calls take a second or more each. */
async function drawLate(d: Court) {
  const delay = await d.court.DRAW_DELAY()
  await lastMoment(d, delay + 12n)
  await d.court.draw(d.arbitrable, ID)
  await networkHelpers.mine(delay)
  for (let call = 0; (await caseOf(d)).state.stage === Stage.Draw && call < 10; call++) {
    await d.court.draw(d.arbitrable, ID)
  }
  expect((await caseOf(d)).state.stage).to.equal(Stage.Commit)
}

/** All commit in the last seconds, all but one reveal in the last seconds, and the one is waited for. */
async function voteLate(d: Court, votes: bigint[]) {
  await lastMoment(d, 10n)
  await commitVotes(d, votes)
  await lastMoment(d, 10n)
  await revealVotes(d, votes.slice(1))
  await passStage(d)
}

/** The steps of the longest way; a case may stop after any of them. */
const steps: [name: string, step: (d: Court) => Promise<unknown>, ruling: bigint, bps: bigint][] = [
  ['nobody answers', async () => {}, Ruling.Ruled, 0n],
  [
    'nobody draws',
    async (d) => {
      await lastMoment(d)
      await d.court.connect(d.defendant).matchBond(d.arbitrable, ID)
      await passStage(d)
    },
    Ruling.Silent,
    0n,
  ],
  ['nobody votes', drawLate, Ruling.Silent, 0n],
  ['nobody appeals', (d) => voteLate(d, [3000n, 3000n, 3000n]), Ruling.Ruled, 3000n],
  [
    'nobody matches the appeal',
    async (d) => {
      await lastMoment(d)
      await d.court.connect(d.defendant).appeal(d.arbitrable, ID)
    },
    Ruling.Ruled,
    10_000n,
  ],
  [
    'nobody draws again',
    async (d) => {
      await lastMoment(d)
      await d.court.connect(d.plaintiff).matchBond(d.arbitrable, ID)
    },
    Ruling.Ruled,
    3000n,
  ],
  ['nobody votes again', drawLate, Ruling.Ruled, 3000n],
  ['the appeal is decided', (d) => voteLate(d, [6000n, 6000n, 6000n, 6000n, 6000n]), Ruling.Ruled, 6000n],
]

describe('Arbitration: every case ends', () => {
  for (const [index, [name, , ruling, bps]] of steps.entries()) {
    it(`by itself within maxDuration when ${name}`, async () => {
      const d = await loadFixture(court)
      await bring(d)
      const end = BigInt(await time.latest()) + (await d.court.maxDuration())
      for (const [, step] of steps.slice(0, index + 1)) await step(d)
      expect(BigInt(await time.latest())).to.be.lessThanOrEqual(end)
      if (BigInt(await time.latest()) < end) await time.increaseTo(end)
      await expectRuling(d, ruling, bps)

      await d.court.connect(d.stranger).execute(d.arbitrable, ID)
      expect(await held(d)).to.equal(0n)
      await expectRuling(d, ruling, bps)
    })
  }

  it('and frees or slashes every juror in a bounded number of calls', async () => {
    const d = await loadFixture(court)
    await bring(d)
    for (const [, step] of steps) await step(d)
    const appealJurors = await panel(d)
    for (const round of [0, 1]) {
      const receipt = await (await d.court.dismiss(d.arbitrable, ID, round)).wait()
      expect(Number(receipt?.gasUsed)).to.be.below(400_000)
    }
    expect(appealJurors).to.have.length(5)
    for (const [index, owner] of d.owners.slice(0, 12).entries()) {
      const { locked, staked } = await d.vault.positionOf(BigInt(index + 1), owner, d.court)
      expect(locked).to.equal(0n)
      expect([0n, JUROR_BOND]).to.include(staked)
    }
  })

  it('and takes nearly seven days when everybody waits as long as may be', async () => {
    const d = await loadFixture(court)
    await bring(d)
    const begin = BigInt(await time.latest())
    for (const [, step] of steps) await step(d)
    const lasted = BigInt(await time.latest()) - begin
    expect(lasted).to.be.lessThanOrEqual(await d.court.maxDuration())
    expect(lasted).to.be.greaterThan((await d.court.maxDuration()) - 300n)
  })

  it('and says so for little gas, also when it has to count five votes first', async () => {
    const d = await loadFixture(court)
    await bring(d)
    for (const [, step] of steps) await step(d)
    expect((await caseOf(d)).state.revealed).to.equal(4n)
    expect(Number(await d.court.rulingOf.estimateGas(d.arbitrable, ID))).to.be.below(100_000)
  })

  it('knows nothing of cases that were not brought', async () => {
    const d = await loadFixture(court)
    await time.increase(await d.court.maxDuration())
    await expectRuling(d, Ruling.None, 0n, ethers.id('no case'))
    await bring(d)
    expect([...(await d.court.rulingOf(d.stranger, ID))]).to.deep.equal([Ruling.None, 0n])
  })
})
