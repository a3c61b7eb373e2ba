import { networkHelpers } from '../base.ts'
import {
  accused,
  DAY,
  directed,
  expect,
  loadFixture,
  OBJECTION,
  SILENCE,
  type Signer,
  time,
} from './fixture.ts'

describe('MeshDirectory: contest', () => {
  it('keeps an agent off the list, whatever time passes', async () => {
    const d = await loadFixture(accused)
    await expect(d.directory.connect(d.owner).contest(d.agentId))
      .to.emit(d.directory, 'Contested')
      .withArgs(d.agentId, d.owner)
    await time.increase(SILENCE + DAY)
    expect(await d.directory.isBanned(d.agentId)).to.equal(false)
  })

  it('ends a ban by silence at once, to the last second of the period', async () => {
    const d = await loadFixture(accused)
    await time.increaseTo(d.accusedAt + OBJECTION - 2)
    expect(await d.directory.isBanned(d.agentId)).to.equal(true)
    await time.setNextBlockTimestamp(d.accusedAt + OBJECTION - 1)
    await d.directory.connect(d.owner).contest(d.agentId)
    expect(await d.directory.isBanned(d.agentId)).to.equal(false)
  })

  it('comes too late after it', async () => {
    const d = await loadFixture(accused)
    const until = d.accusedAt + OBJECTION
    await time.setNextBlockTimestamp(until)
    await expect(d.directory.connect(d.owner).contest(d.agentId))
      .to.be.revertedWithCustomError(d.directory, 'TooLateToContest')
      .withArgs(until, until)
  })

  it('costs the wallet and an operator of the agent nothing but gas', async () => {
    const d = await loadFixture(accused)
    await d.registry.connect(d.owner).setApprovalForAll(d.payout, true)
    const snapshot = await networkHelpers.takeSnapshot()
    for (const speaker of [d.seller, d.payout]) {
      await d.directory.connect(speaker as Signer).contest(d.agentId)
      await snapshot.restore()
    }
  })

  it('is refused to everybody else, the accuser included', async () => {
    const d = await loadFixture(accused)
    for (const other of [d.accuser, d.stranger, d.governance] as Signer[]) {
      await expect(d.directory.connect(other).contest(d.agentId))
        .to.be.revertedWithCustomError(d.directory, 'NotTheAccused')
        .withArgs(other, d.agentId)
    }
  })

  it('answers once, and only what was said', async () => {
    const d = await loadFixture(accused)
    const contest = () => d.directory.connect(d.owner).contest(d.agentId)
    await contest()
    await expect(contest()).to.be.revertedWithCustomError(d.directory, 'AlreadyContested').withArgs(d.agentId)
    const fresh = await loadFixture(directed)
    await expect(fresh.directory.connect(fresh.owner).contest(fresh.agentId))
      .to.be.revertedWithCustomError(fresh.directory, 'NoAccusation')
      .withArgs(fresh.agentId)
  })
})
