import { ethers, expect, loadFixture } from '../base.ts'
import {
  bring,
  type Court,
  commitVotes,
  drawable,
  drawPanel,
  ID,
  JUROR_BOND,
  type Juror,
  judged,
  matched,
  panel,
  passStage,
  reseated,
  saltOf,
  seated,
  stakeFor,
  vote,
} from './fixture.ts'

const position = (d: Court, { agentId, owner }: Juror) => d.vault.positionOf(agentId, owner, d.court)

async function expectFree(d: Court, jurors: Juror[]) {
  for (const juror of jurors) {
    const { staked, locked } = await position(d, juror)
    expect([staked, locked]).to.deep.equal([JUROR_BOND, 0n])
  }
}

describe('Arbitration: dismiss', () => {
  it('frees jurors who revealed, without waiting for the appeal', async () => {
    const d = await loadFixture(judged)
    const jurors = await panel(d)
    await expect(d.court.connect(d.stranger).dismiss(d.arbitrable, ID, 0))
      .to.emit(d.court, 'PanelDismissed')
      .withArgs(d.arbitrable, ID, 0n, 0n)
    await expectFree(d, jurors)
    await d.court.connect(d.plaintiff).appeal(d.arbitrable, ID)
  })

  it('takes the bond of who did not reveal: half is burned, the parties share the rest', async () => {
    const d = await loadFixture(seated)
    const jurors = await panel(d)
    await commitVotes(d, [0n, 0n, 0n])
    const [first, second, silent] = jurors
    if (!first || !second || !silent) throw new Error('the panel is not full')
    for (const { agentId } of [first, second]) {
      await d.court.reveal(d.arbitrable, ID, agentId, 0n, saltOf(agentId))
    }
    await passStage(d)
    await expect(d.court.dismiss(d.arbitrable, ID, 0))
      .to.emit(d.court, 'PanelDismissed')
      .withArgs(d.arbitrable, ID, 0n, 1n)
    await expectFree(d, [first, second])
    const { staked, locked } = await position(d, silent)
    expect([staked, locked]).to.deep.equal([0n, 0n])
    expect(await d.vault.claimable(d.plaintiff)).to.equal(JUROR_BOND / 4n)
    expect(await d.vault.claimable(d.defendant)).to.equal(JUROR_BOND / 4n)
    expect(await d.vault.toBurn()).to.equal(JUROR_BOND / 2n)
  })

  it('takes it also from who never committed, and when stake was asked back meanwhile', async () => {
    const d = await loadFixture(seated)
    const jurors = await panel(d)
    for (const { agentId, owner } of jurors) {
      await d.vault.connect(owner).requestUnstake(agentId, d.court, JUROR_BOND)
    }
    await passStage(d)
    await expect(d.court.dismiss(d.arbitrable, ID, 0))
      .to.emit(d.court, 'PanelDismissed')
      .withArgs(d.arbitrable, ID, 0n, 3n)
    for (const juror of jurors) expect((await position(d, juror)).staked).to.equal(0n)
  })

  it('frees the panel of an appeal apart from the first', async () => {
    const d = await loadFixture(reseated)
    const appealJurors = await panel(d)
    await d.court.dismiss(d.arbitrable, ID, 0)
    await vote(d, [0n, 0n, 0n, 0n, 0n])
    await d.court.dismiss(d.arbitrable, ID, 1)
    await expectFree(d, appealJurors)
  })

  it('does not touch what a juror has locked in another case', async () => {
    const d = await loadFixture(drawable)
    for (const [index, owner] of d.owners.slice(0, 12).entries()) await stakeFor(d, owner, BigInt(index + 1))
    await drawPanel(d)
    const jurors = await panel(d)
    for (const owner of d.owners.slice(0, 12)) {
      const sits = jurors.find((juror) => juror.owner === owner)
      if (!sits) await d.court.connect(owner).delist(BigInt(d.owners.indexOf(owner) + 1))
    }
    const other = ethers.id('another case')
    await bring(d, other)
    await d.court.connect(d.defendant).matchBond(d.arbitrable, other)
    await passStage(d, other)
    await drawPanel(d, other)
    await d.court.dismiss(d.arbitrable, ID, 0)
    for (const juror of jurors) expect((await position(d, juror)).locked).to.equal(JUROR_BOND)
  })

  it('is once per panel', async () => {
    const d = await loadFixture(judged)
    await d.court.dismiss(d.arbitrable, ID, 0)
    await expect(d.court.dismiss(d.arbitrable, ID, 0))
      .to.be.revertedWithCustomError(d.court, 'AlreadyDismissed')
      .withArgs(d.arbitrable, ID, 0n)
  })

  it('waits until the panel has nothing left to do', async () => {
    const d = await loadFixture(seated)
    const refused = () =>
      expect(d.court.dismiss(d.arbitrable, ID, 0))
        .to.be.revertedWithCustomError(d.court, 'PanelNotOver')
        .withArgs(d.arbitrable, ID, 0n)
    await refused()
    await commitVotes(d, [0n, 0n, 0n])
    await refused()
    await passStage(d)
    await d.court.dismiss(d.arbitrable, ID, 0)
  })

  it('finds no panel that was never drawn', async () => {
    const none = async (d: Court, id: string, round: number) =>
      expect(d.court.dismiss(d.arbitrable, id, round))
        .to.be.revertedWithCustomError(d.court, 'PanelNotOver')
        .withArgs(d.arbitrable, id, round)
    await none(await loadFixture(matched), ethers.id('no case'), 0)
    await none(await loadFixture(matched), ID, 0)
    await none(await loadFixture(drawable), ID, 0)
    await none(await loadFixture(judged), ID, 1)
    await none(await loadFixture(judged), ID, 2)
    await none(await loadFixture(judged), ID, 255)
  })
})
