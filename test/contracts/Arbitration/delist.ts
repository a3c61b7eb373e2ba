import { expect, loadFixture } from '../base.ts'
import { addJuror, caseOf, commitVotes, court, emptyCourt, ID, JUROR_BOND, panel, seated } from './fixture.ts'

async function enlisted() {
  const d = await emptyCourt()
  const [owner, other] = d.owners
  if (!owner || !other) throw new Error('too few owners')
  return { ...d, owner, other, agentId: await addJuror(d, owner) }
}

describe('Arbitration: delist', () => {
  it('takes an agent from the list', async () => {
    const d = await loadFixture(enlisted)
    await expect(d.court.connect(d.owner).delist(d.agentId))
      .to.emit(d.court, 'Delisted')
      .withArgs(d.agentId, d.owner)
    expect((await d.court.jurorAt(0)).agentId).to.equal(0n)
    await d.court.connect(d.owner).enlist(d.agentId)
    expect((await d.court.jurorAt(0)).agentId).to.equal(d.agentId)
  })

  it('is nobody else’s business as long as the juror is fit', async () => {
    const d = await loadFixture(enlisted)
    await expect(d.court.connect(d.stranger).delist(d.agentId))
      .to.be.revertedWithCustomError(d.court, 'JurorInGoodStanding')
      .withArgs(d.agentId)
  })

  it('is open to anybody once less than the bond is left', async () => {
    const d = await loadFixture(enlisted)
    await d.vault.connect(d.owner).requestUnstake(d.agentId, d.court, 1n)
    await d.court.connect(d.stranger).delist(d.agentId)
    expect((await d.court.jurorAt(0)).agentId).to.equal(0n)
  })

  it('is open to anybody once the agent was transferred', async () => {
    const d = await loadFixture(enlisted)
    await d.registry.connect(d.owner).transferFrom(d.owner, d.other, d.agentId)
    await d.court.connect(d.stranger).delist(d.agentId)
    expect((await d.court.jurorAt(0)).agentId).to.equal(0n)
  })

  it('is not open to others because the juror serves: its stake comes back', async () => {
    const d = await loadFixture(seated)
    const [juror] = await panel(d)
    if (!juror) throw new Error('nobody sits')
    expect(await d.vault.freeStake(juror.agentId, juror.owner, d.court)).to.equal(0n)
    expect((await d.vault.positionOf(juror.agentId, juror.owner, d.court)).locked).to.equal(JUROR_BOND)
    await expect(d.court.connect(d.stranger).delist(juror.agentId)).to.be.revertedWithCustomError(
      d.court,
      'JurorInGoodStanding',
    )
  })

  it('leaves a juror on the panel that it sits on', async () => {
    const d = await loadFixture(seated)
    for (const { agentId, owner } of await panel(d)) await d.court.connect(owner).delist(agentId)
    await commitVotes(d, [0n, 0n, 0n])
    expect((await caseOf(d)).state.committed).to.equal(3n)
    await expect(d.court.dismiss(d.arbitrable, ID, 0)).to.be.revertedWithCustomError(d.court, 'PanelNotOver')
  })

  it('finds nobody who is not on the list', async () => {
    const d = await loadFixture(court)
    await expect(d.court.connect(d.stranger).delist(99n))
      .to.be.revertedWithCustomError(d.court, 'NotEnlisted')
      .withArgs(99n)
  })
})
